"""Invented documents as files of every kind, made anew for each test."""

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

TITLE = "关于印发《试点市职工疗休养办法》的通知"
TEXT = f"""试工发〔2031〕8号

{TITLE}

各市（县）区总工会：
现将办法印发给你们，自2031年1月1日起施行，有效期3年。

营口市总工会

2030年12月6日

一、疗休养
（一）连续工龄满5年的一线职工可以报名，每年5月报名，每批不超过7天。
（二）费用由市总工会和单位各承担一半，职工个人不花钱。
二、殡葬慰问
1.职工去世的，基层工会给家属慰问金2000元。
2.职工的父母、配偶去世的，慰问金1000元，由本人在三个月内申请。
附件：1、名额分配表
2、报名表

营口市总工会
2030年12月6日

附件1
名额分配表
"""
ROWS = (
    ("单位", "名额（人）", "疗养院"),
    ("盖州市总工会", "45", "熊岳温泉疗养院"),
    ("大石桥市总工会", "60", "兴城疗养院"),
)


def marked() -> str:
    """As Markdown."""
    table = "\n".join(f"| {' | '.join(row)} |" for row in (ROWS[0], ("---",) * 3, *ROWS[1:]))
    return TEXT.replace(f"\n{TITLE}", f"\n# {TITLE}").replace("一、疗休养", "## 一、**疗休养**") + f"\n{table}\n"


def page(charset: str = "utf-8") -> bytes:
    """As a web page, with what surrounds a document on one, and a table that only lays out."""
    paragraphs = "".join(f"<p>{line}</p>" for line in TEXT.splitlines() if line)
    rows = "".join("<tr>" + "".join(f"<td><p>{cell}</p></td>" for cell in row) + "</tr>" for row in ROWS)
    return f"""<!DOCTYPE html><html><head><meta charset="{charset}"><title>{TITLE}-试点工会网</title>
<style>p {{color: red}}</style><script>var a = "看不见的字";</script></head><body>
<nav>首页 通知公告</nav><div style="display: none">看不见的字</div><div>首页</div><div>当前位置：首页 &gt; 通知公告</div>
<table><tr><td>{paragraphs}<table>{rows}</table></td></tr></table><p hidden>看不见的字</p></body></html>""".encode(
        "gb18030" if charset == "gb2312" else charset
    )


def word(to: Path) -> Path:
    """As a Word file whose numbers Word counts itself."""
    import docx
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    paper = docx.Document()
    numbering = paper.part.numbering_part.element
    levels = (("chineseCountingThousand", "%1、"), ("chineseCountingThousand", "（%2）"), ("decimal", "%3."))
    made = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for n, (form, text) in enumerate(levels)
    )
    numbering.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="90">{made}</w:abstractNum>'))
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="90"><w:abstractNumId w:val="90"/></w:num>'))

    def say(text: str, level: int | None = None) -> None:
        paragraph = paper.add_paragraph(text)
        if level is not None:
            number = f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="90"/></w:numPr>'
            paragraph._p.get_or_add_pPr().append(parse_xml(number))

    for line in TEXT.split("一、疗休养", maxsplit=1)[0].splitlines():
        say(line)
    say("疗休养", 0)
    say("连续工龄满5年的一线职工可以报名，每年5月报名，每批不超过7天。", 1)
    say("费用由市总工会和单位各承担一半，职工个人不花钱。", 1)
    say("殡葬慰问", 0)
    say("职工去世的，基层工会给家属慰问金2000元。", 2)
    say("2015年以前去世的不补。", 2)
    say("附件1")
    table = paper.add_table(0, 3)
    for row in ROWS:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    paper.save(str(to))
    return to


def pdf(pages: Sequence[Sequence[str]], rows: Sequence[Sequence[str]] = (), password: str = "") -> bytes:
    """As a PDF: lines of pages, a ruled table at the end."""
    from reportlab.lib import colors
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas
    from reportlab.platypus import Table

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, encrypt=password or None)
    for number, lines in enumerate(pages, 1):
        canvas.setFont("STSong-Light", 16)
        for at, line in enumerate(lines):
            canvas.drawString(72, 780 - 26 * at, line)
        if rows and number == len(pages):
            table = Table(
                [list(row) for row in rows], style=[("GRID", (0, 0), (-1, -1), 0.5, colors.black), ("FONT", (0, 0), (-1, -1), "STSong-Light", 12)]
            )  # fmt: skip
            table.wrapOn(canvas, 400, 200)
            table.drawOn(canvas, 72, 780 - 26 * (len(lines) + 4))
        canvas.setFont("STSong-Light", 10)
        canvas.drawString(290, 30, f"— {number} —")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def scan() -> bytes:
    """A PDF whose only page is a picture."""
    from PIL import Image
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.drawImage(ImageReader(Image.new("RGB", (300, 400), "gray")), 50, 50)
    canvas.save()
    return out.getvalue()


def archive(**parts: bytes) -> bytes:
    """A zip file; __ in a name stands for /, ___ for a dot."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, body in parts.items():
            file.writestr(name.replace("___", ".").replace("__", "/"), body)
    return out.getvalue()
