"""What alembic runs for every command: our connection, our tables, the transaction that is already open."""

from alembic import context

import storage.engine  # noqa: F401 - every part's table
from storage.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
