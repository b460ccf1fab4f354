"""Cleanup: what is no longer needed goes."""

from datetime import datetime, timedelta

from storage import Storage

SEEN_FOR = timedelta(days=3)  # retries come within a minute; three days serve a chat page opened again after a weekend


async def run(storage: Storage, now: datetime) -> dict[str, int]:
    """Forget which messages were seen long ago."""
    return {"seen": await storage.run(lambda records: records.inbox.forget_before(now - SEEN_FOR))}
