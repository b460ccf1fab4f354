"""Migrations: how the tables came to be what they are, version by version (alembic, without an alembic.ini).

A new one: `python -m storage.migrations "what changes"` writes versions/….py from what the tables' files say and an
empty database does not have yet; read it, it is a proposal. Both engines run in one transaction: all of it or nothing.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, select

_ONE_AT_A_TIME = 0x6E69616E67  # "niang"


def upgrade(connection: Connection) -> None:
    """Run the versions that are missing. Who comes second waits, and finds nothing to do."""
    if connection.dialect.name == "postgresql":  # SQLite: the job's BEGIN IMMEDIATE
        connection.execute(select(func.pg_advisory_xact_lock(_ONE_AT_A_TIME)))
    if not is_current(connection):
        command.upgrade(config(connection), "head")


def is_current(connection: Connection) -> bool:
    """Whether the database is at the newest version."""
    newest = ScriptDirectory.from_config(config(connection)).get_current_head()
    return MigrationContext.configure(connection).get_current_revision() == newest


def config(connection: Connection) -> Config:
    """What alembic wants to know, said in code so that it works wherever the package is installed."""
    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    settings.set_main_option("path_separator", "os")
    settings.set_main_option("file_template", "v%%(rev)s_%%(slug)s")
    settings.attributes["connection"] = connection
    return settings
