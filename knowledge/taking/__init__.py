"""Taking in official documents: the bytes of a file become lines of text, each with its place in the file.

    take(name, raw)   → Taken: what the file really is, its lines, what could not be read
    describe(taken)   → Description: number, title, issuing body, date, regions, attachments, clauses (describe.py)

What a file is, its bytes say, never its name; a name that says otherwise is mentioned. A table becomes one line a row,
| cell | cell |. Whatever cannot or must not be read is refused with a sentence (TakingError): empty files, scans
without text, passwords, macros, archives that swell, files beyond all measure. Sizes are counted while reading, not
after. Nothing in a file is ever run, and nothing outside it is fetched.
"""

from pathlib import PurePath

from knowledge.taking import pages, plain, web, word
from knowledge.taking.lines import LONGEST, Line, Taken, TakingError

__all__ = ["BIGGEST", "Line", "Taken", "TakingError", "take"]

BIGGEST = 64 * 1024**2  # bytes of a file
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*", b"RIFF")
_OTHERS = (
    b"MZ", b"\x7fELF", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ", b"ID3", b"OggS", b"\x00\x00\x00\x18ftyp",
    b"\x00\x00\x00 ftyp", b"\x28\xb5\x2f\xfd", b"SQLite format 3",
)  # fmt: skip
ENDINGS = {
    "PDF": {".pdf"}, "Word": {".docx"}, "网页": {".html", ".htm", ".shtml", ".mht"}, "文本": {".txt", ".text", ".md", ""},
    "Markdown": {".md", ".markdown", ".txt"},
}  # fmt: skip


def take(name: str, raw: bytes) -> Taken:
    """The lines of a file. `name` is only for what is said about it. Raises TakingError."""
    if len(raw) > BIGGEST:
        raise TakingError(f"文件有 {len(raw) // 1024**2} MB，超过 {BIGGEST // 1024**2} MB，不收。")
    if not raw.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise TakingError("文件是空的，里面什么也没有。")
    taken = _read(name, raw)
    if sum(len(line.text) for line in taken.lines) > LONGEST:
        raise TakingError(f"文件的字数超过 {LONGEST // 10_000} 万，不像一份公文，不收。")
    if not any(line.text.strip() for line in taken.lines):
        raise TakingError("文件里没有文字。")
    ending = PurePath(name).suffix.lower()
    if ending not in ENDINGS[taken.kind]:
        note = f"文件名写的是 {ending}，内容其实是{taken.kind}，按{taken.kind}读的。"
        taken = Taken(taken.kind, taken.lines, (note, *taken.notes), taken.title)
    return taken


def _read(name: str, raw: bytes) -> Taken:
    if b"%PDF-" in raw[:1024]:
        return pages.read(raw)
    if raw.startswith(b"PK\x03\x04"):
        return word.read(raw)
    if raw.startswith(b"PK"):
        raise TakingError("这是空的或坏了的压缩包，不是文件。")
    if raw.startswith(_OLE):
        raise TakingError(_old_office(raw))
    if raw.lstrip()[:5] == b"{\\rtf":
        raise TakingError("这是 RTF 文件，请用 Word 或 WPS 另存为 .docx 再交。")
    if raw.startswith(_PICTURES):
        raise TakingError("这是图片，没有文字，读不出来。请要文字版，或先做文字识别（OCR）。")
    if raw.startswith(_OTHERS):
        raise TakingError("这不是文件，是程序、压缩包或影音，不收。收 .txt、.docx、.pdf、.html、.md。")
    text, encoding = plain.decode(raw)
    if web.is_page(text):
        return web.read(web.decode(raw, text))
    return plain.read(text, encoding, name)


def _old_office(raw: bytes) -> str:
    """Compound files: an encrypted .docx is one, and so are .doc, .xls and .wps."""

    def has(stream: str) -> bool:
        return stream.encode("utf-16-le") in raw

    if has("EncryptedPackage") or has("EncryptionInfo"):
        return "文件有密码，打不开。请去掉密码再交。"
    if has("Workbook"):
        return "这是老格式的 Excel 表格（.xls），不是公文。表格请放在 Word 或 PDF 里交。"
    return "这是老格式的 .doc 或 .wps 文件，请用 Word 或 WPS 另存为 .docx 再交。"
