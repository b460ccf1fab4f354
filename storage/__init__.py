"""What the house keeps: one SQLite file, or PostgreSQL when several machines share the work.

    storage = Storage.open(url, key)
    storage.upgrade()
    earlier = await storage.run(lambda transaction: transaction.inbox.seen(member, key))

All reading and writing is a *job*: a plain function that gets a Transaction and runs whole on a database thread.
When `run` returns, what the job wrote is committed and will survive a power cut. Jobs never wait for the world outside.
Each part (conversations, inbox, …) is a file of its own with its table, its row type and its verbs.
"""

from storage.asked import OpenQuestion
from storage.contacts import ContactRow
from storage.conversations import Conversation
from storage.documents import ClauseRow, DocumentRow, EndingRow, NewClause, NewDocument
from storage.engine import CannotOpen, Storage, Transaction
from storage.entries import EntryRow, NewEntry
from storage.outbox import OutboxRow
from storage.sealing import WrongKey

__all__ = [
    "CannotOpen",
    "ClauseRow",
    "ContactRow",
    "Conversation",
    "DocumentRow",
    "EndingRow",
    "EntryRow",
    "NewClause",
    "NewDocument",
    "NewEntry",
    "OpenQuestion",
    "OutboxRow",
    "Storage",
    "Transaction",
    "WrongKey",
]
