"""`python -m storage.migrations "what changes"`: a proposal for the next version, from what the tables' files say."""

import sys
from pathlib import Path

from alembic import command
from sqlalchemy import create_engine

from storage.migrations import config, upgrade


def propose(what_changes: str) -> None:
    number = len(list(Path(__file__).parent.glob("versions/v*.py"))) + 1
    with create_engine("sqlite://").begin() as connection:
        upgrade(connection)
        command.revision(config(connection), what_changes, autogenerate=True, rev_id=f"{number:04}")


if __name__ == "__main__":
    propose(sys.argv[1])
