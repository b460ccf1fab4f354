"""My situation, told in one sentence."""

from tests.dialogues.conftest import Chat


async def test_all_that_fits_is_listed_with_what_is_missing_and_the_next_step(chat: Chat) -> None:
    reply = await chat(
        "我是下岗的 带了五个人开店 孩子今年考上大专",
        "金秋助学", "3000元", "还要看：是不是在档困难职工", "创业带头人扶持", "1万元", "培训和安置就业", "下一步",
    )  # fmt: skip
    assert reply.answered
    assert len(reply.sources) >= 3


async def test_who_tells_nothing_is_asked(chat: Chat) -> None:
    await chat("我能领什么", "说说您的情况")
