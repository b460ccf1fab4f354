"""`make bundle`: one archive from which the same installs and runs without internet.

Holds the files that git tracks and a folder of wheels for this machine's system and Python; the Makefile installs from
`wheels/` when it is there. Run on a machine of the same kind (x86_64 or aarch64, same Python) as the one it is for.
"""

import platform
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent


def main() -> None:
    name = f"niangjia-{platform.machine()}-py{sys.version_info.major}{sys.version_info.minor}"
    target = ROOT / "dist" / f"{name}.tar.gz"
    target.parent.mkdir(exist_ok=True)
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
        wheels = ["--wheel-dir", folder]
        subprocess.run([*pip, "wheel", *wheels, str(ROOT)], check=True)
        subprocess.run([*pip, "wheel", *wheels, "setuptools>=77", "wheel"], check=True)
        for own in Path(folder).glob("niangjia-*.whl"):
            own.unlink()  # installed from the files beside it
        with tarfile.open(target, "w:gz") as archive:
            for file in filter(None, tracked.split("\0")):
                if (ROOT / file).is_file():
                    archive.add(ROOT / file, f"niangjia/{file}")
            for wheel in sorted(Path(folder).iterdir()):
                archive.add(wheel, f"niangjia/wheels/{wheel.name}")
    print(target)


if __name__ == "__main__":
    main()
