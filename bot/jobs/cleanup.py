"""Cleanup: what is no longer needed goes, and whoever was promised an answer that never came hears so."""

from datetime import datetime, timedelta

from bot.messages import as_data, say
from storage import Storage, Transaction

SEEN_FOR = timedelta(days=3)  # retries come within a minute; three days serve a chat page opened again after a weekend
PROMISED_FOR = timedelta(minutes=1)
LOST = as_data(say("刚才那句我没处理完，请您再发一次。还不行就打工会热线12351。"))


async def run(storage: Storage, now: datetime) -> dict[str, int]:
    """Forget which messages were seen long ago."""
    return {"seen": await storage.run(lambda records: records.inbox.forget_before(now - SEEN_FOR))}


async def apologise(storage: Storage, now: datetime) -> dict[str, int]:
    """Answers promised by a process that died before it gave them: the member is asked to send the message again."""

    def fill(records: Transaction) -> int:
        rows = records.outbox.abandoned(now - PROMISED_FOR)
        for row in rows:
            records.outbox.fill(row.id, LOST)
        return len(rows)

    return {"apologies": await storage.run(fill)}
