"""Cleanup: what is no longer needed goes."""

from datetime import datetime, timedelta

from storage import Storage, Transaction
from storage.asked import KEPT as WAITED_FOR
from storage.given import KEPT as GIVEN_FOR

SEEN_FOR = timedelta(days=3)  # retries come within a minute; three days serve a chat page opened again after a weekend


async def run(storage: Storage, now: datetime) -> dict[str, int]:
    """Forget which messages were seen long ago, who got which answer, and who has waited too long for one."""

    def forget(records: Transaction) -> dict[str, int]:
        return {
            "seen": records.inbox.forget_before(now - SEEN_FOR),
            "given": records.given.forget_before(now - GIVEN_FOR),
            "waiting": records.asked.forget_before(now - WAITED_FOR),
        }

    return await storage.run(forget)
