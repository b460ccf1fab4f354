"""One workbook, read in a process of its own: python bot/importing/workbook.py FILE → rows, pickled, on standard output.

The reader aborts its whole process over some broken files (a wrong length makes it ask for 90 GB), and a server must
live on. So this is run as a script by files.py and imports nothing of ours. It prints a list of (name, rows, merged
ranges), or one word that says what is wrong: password, broken, large.
"""

import io
import pickle
import resource
import sys
from pathlib import Path
from typing import Any

import python_calamine as calamine

MOST_MEMORY = 4 * 1024**3
MOST_ROWS = 200_000
MOST_COLUMNS = 500


def read(path: Path) -> Any:
    try:
        with calamine.load_workbook(io.BytesIO(path.read_bytes())) as book:
            shown = [meta.name for meta in book.sheets_metadata if meta.visible is calamine.SheetVisibleEnum.Visible]
            sheets = [book.get_sheet_by_name(name) for name in shown]
            if any(sheet.total_height > MOST_ROWS or sheet.total_width > MOST_COLUMNS for sheet in sheets):
                return "large"
            return [
                (sheet.name, sheet.to_python(skip_empty_area=False), sheet.merged_cell_ranges or []) for sheet in sheets
            ]
    except calamine.PasswordError:
        return "password"
    except calamine.CalamineError:
        return "broken"


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    pickle.dump(read(Path(sys.argv[1])), sys.stdout.buffer)
