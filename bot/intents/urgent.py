"""Lives first: somebody in danger, or somebody who may hurt himself. Read before everything else."""

from bot.messages import Message
from bot.talk import Intent, Memory
from knowledge import Knowledge


def read(message: Message, memory: Memory, knowledge: Knowledge) -> Intent | None:
    """An urgent matter of knowledge/urgent.yaml, or None."""
    if not message.text:
        return None
    matter = knowledge.urgent.find(message.text)
    return Intent("urgent", 1.0, matter.name, {"reply": matter.reply}) if matter else None
