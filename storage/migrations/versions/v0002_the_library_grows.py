"""The library grows: wishes, given answers, bad ratings and askers, entries that staff add."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "wishes",
        sa.Column("member", sa.LargeBinary, primary_key=True),
        sa.Column("topic", sa.String(200), primary_key=True),
        sa.Column("name", sa.LargeBinary, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
    )
    op.create_table(
        "given",
        sa.Column("member", sa.LargeBinary, primary_key=True),
        sa.Column("entry", sa.String(200), primary_key=True),
        sa.Column("name", sa.LargeBinary, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
    )
    op.create_index("ix_given_at", "given", ["at"])
    op.create_table(
        "askers",
        sa.Column("member", sa.LargeBinary, primary_key=True),
        sa.Column("question", sa.String(500), primary_key=True),
        sa.Column("name", sa.LargeBinary, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
    )
    op.create_index("ix_askers_at", "askers", ["at"])
    op.create_table(
        "entries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("entry", sa.String(200), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("topic", sa.String(200), nullable=False),
        sa.Column("region", sa.String(50), nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("asks", sa.JSON, nullable=False),
        sa.Column("facts", sa.JSON, nullable=False),
        sa.Column("sources", sa.JSON, nullable=False),
        sa.Column("written", sa.JSON, nullable=False),
        sa.Column("department", sa.String(100), nullable=False),
        sa.Column("person", sa.String(100), nullable=False),
        sa.Column("day", sa.Date),
        sa.Column("replaces", sa.String(200), nullable=False),
        sa.Column("published_at", MOMENT, nullable=False),
        sa.Column("withdrawn_at", MOMENT),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "versions",
        sa.Column("name", sa.String(50), primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
    )
    op.add_column("asked", sa.Column("bad", sa.Integer, nullable=False, server_default="0"))
    op.add_column("asked", sa.Column("settled_at", MOMENT))
