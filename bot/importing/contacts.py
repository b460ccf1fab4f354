"""Contacts from a spreadsheet: how each department and each district's union is reached.

    niangjia import contacts 联系方式.xlsx

Kept in storage/contacts.py, said at the end of answers (bot/handlers/benefits.py). A row takes the place of what was
known of its department; departments that the file does not name stay as they are.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.importing import kinds
from bot.importing.files import Cell
from bot.importing.forms import Column, Form, Saved
from bot.importing.kinds import Wrong
from knowledge.contacts import Contacts
from knowledge.places import Places
from storage import ContactRow, Transaction

WHOLE_CITY = ("市本级", "全市", "市直", "市级", "市总", "市总工会", "市里")


def save(records: Transaction, rows: list[ContactRow]) -> Saved:
    done = records.contacts.upsert(rows)
    return Saved(done.new, done.changed, done.same)


def form(home: str, today: date) -> Form[ContactRow]:
    """The form for a home region; nothing is checked later than `today`."""
    contacts, places = Contacts.load(home), Places.load(home)

    def build(values: Mapping[str, Any]) -> ContactRow:
        department, district = contacts.settle(values["department"], values["district"] or "")
        own = next((place for place, union in contacts.unions.items() if union == department), district)
        if values["district"] and values["district"] != own:
            raise Wrong(f"区县写的是{values['district']}，和部门“{values['department']}”对不上")
        return ContactRow(
            department,
            district,
            values["phone"],
            values["address"] or "",
            values["hours"] or "",
            values["checked"],
            values["source"] or "部门提供",
        )

    def hint(row: ContactRow) -> str:
        if contacts.is_known(row.department):
            return ""
        return f"“{row.department}”不在知识库写到的部门里：记下了，等有条目写到它才用得上。"

    districts = tuple(place for place, city in places.inside.items() if city == home)
    return Form(
        "contacts",
        "联系方式",
        (
            Column(
                "department", "部门", _department, ("部门名称", "科室", "处室", "单位", "单位名称", "机构", "部门单位", "责任部门"), True,
                tuple(dict.fromkeys(name for name, place in contacts.known if not place)),
                "从列表里选，或照文件里的写法写；县区工会也写在这一列，例如鲅鱼圈区总工会。", 30,
            ),
            Column(
                "district", "区县", _district(places, home, districts), ("县区", "区", "县(市)区", "市县区", "市(县)区", "所属区县", "地区", "区域", "所在区县"),
                choices=districts, remark="市总工会的部门空着不写；县区工会里的部门写它是哪个区县。",
            ),
            Column(
                "phone", "电话", kinds.phone, ("电话号码", "联系电话", "办公电话", "座机", "固定电话", "联系方式", "手机", "手机号"), True,
                remark="座机带区号，例如 0417-2830000；几个号码用顿号隔开；分机写成 0417-2830000转8001。", width=22,
            ),
            Column("address", "地址", kinds.text(100), ("办公地址", "联系地址", "地点", "办公地点"), remark="写到楼层房间。", width=34),
            Column(
                "hours", "时间", kinds.text(60), ("办公时间", "工作时间", "接待时间", "上班时间", "服务时间", "受理时间"),
                remark="几点到几点有人接，例如 工作日8:30-11:30、13:30-17:00。", width=26,
            ),
            Column(
                "checked", "核对日期", kinds.day(today), ("核对日", "核对时间", "核实日期", "确认日期", "更新日期", "核对于", "日期"),
                remark="哪天打通过、核对过，例如 2026-11-20。超过一年没有核对，回答里会说明。",
            ),
            Column("source", "来源", kinds.text(50), ("信息来源", "提供单位", "提供部门"), remark="谁提供的；空着就是“部门提供”。"),
        ),
        build,
        lambda row: row.key,
        save,
        hint,
        ("一行一个部门。再导一次同一个部门，就换成新的；文件里没有的部门不动。", "回答政策的时候，机器人会在最后说找谁、打什么电话。"),
    )  # fmt: skip


def _department(cell: Cell) -> str:
    words = kinds.text(50)(cell)
    if not any("一" <= char <= "鿿" for char in words) and words != "12351":
        raise Wrong(f"“{words}”不像部门的名字")
    return str(words)


def _district(places: Places, home: str, districts: tuple[str, ...]) -> kinds.Reader:
    def reader(cell: Cell) -> str:
        word = kinds.narrow(kinds.shown(cell))
        word = word.removeprefix(f"{home}市") or word
        if word in (home, f"{home}市", *WHOLE_CITY):
            return ""
        place = places.names.get(word)
        if place not in districts:
            raise Wrong(f"“{kinds.shown(cell)}”不是{home}的区县，可以写：{'、'.join(districts)}")
        return str(place)

    return reader
