"""Quotations: what is said where only a document's own words answer. Nothing of them is changed; whose they are, where
they stand and whether the document still holds is said around them."""

from datetime import date

from bot.messages import Choice, Reply, Source, say
from knowledge import Documents, Quote


def quoted(quote: Quote, documents: Documents, home: str, today: date, *choices: Choice) -> Reply:
    """The reply that is a passage."""
    document = quote.document
    where = f"（第{quote.page}页）" if quote.page else ""
    passage = quote.text.replace("「", "『").replace("」", "』")
    lines = [f"{_whose(quote, home)}文件里有这一段（原文）：「{passage}」"]
    if not quote.whole:
        lines.append("（这一条较长，只摘了相关的几句。）")
    lines.append(f"依据：{document.number} {quote.path}{where}")
    lines.append(_force(quote, documents, today))
    whom = "市总工会" if quote.region == home else f"{'' if document.level == 'nation' else quote.region}工会"
    lines.append(f"这是文件原话，没有经过整理；拿不准就问{whom}，或打工会热线12351。")
    source = Source(document.number, quote.path)
    return Reply(say("\n".join(line for line in lines if line)).parts, choices, answered=True, sources=(source,))


def _whose(quote: Quote, home: str) -> str:
    document = quote.document
    if quote.away:
        of = f"报纸报道的{quote.region}的事，" if document.level == "report" else f"{quote.region}的"
        return f"{home}的文件里没有写这件事。{of}"
    if document.level == "report":
        return f"报纸报道（{quote.region}）："
    return "" if quote.region == home else f"{quote.region}的"


def _force(quote: Quote, documents: Documents, today: date) -> str:
    """Whether the document holds today, as far as is known."""
    document = quote.document
    ending = documents.ending(document.number, today)
    if ending is not None:
        return ending.says(today)
    if document.ends_at is not None and document.ends_at < today:
        return f"这份文件写明到{_shown(document.ends_at)}为止，已到期；现在还有没有，要问工会。"
    if document.in_force_from is not None and document.in_force_from > today:
        return f"这份文件从{_shown(document.in_force_from)}起执行，现在还没有开始。"
    if document.level == "report":
        return "这是报纸报道，不是文件；以当地工会的规定为准。"
    year = document.issued[:4]
    return f"这是{year}年的文件；现在是否还执行，要问工会确认。" if year else ""


def _shown(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
