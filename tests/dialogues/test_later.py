"""What is not built yet is said, and no number is given out."""

import re

import pytest

from tests.dialogues.conftest import Chat


@pytest.mark.parametrize(
    "said",
    [
        "吊车钢丝绳断股了 三号车间",
        "我要随手拍",
        "绑定会员卡",
        "卡丢了 挂失",
        "登记走访",
        "我的记录",
        "我要填问卷",
        "删除我的数据",
    ],
)
async def test_it_is_said_that_this_does_not_work_yet(chat: Chat, said: str) -> None:
    reply = await chat(said)
    assert re.search(r"没有?开通|还不能|没有登记", reply.text)
    assert not re.search(r"\b(YH|ZF|BJ|SQ|DC)-\d", reply.text)
    assert "12351" in reply.text or "问卷" in reply.text


async def test_a_question_on_the_card_is_answered_all_the_same(chat: Chat) -> None:
    await chat("普惠卡丢了补办要钱不", "文件没有写")
