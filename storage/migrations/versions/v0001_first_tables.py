"""First tables: conversations, inbox, outbox, leases, tokens, asked."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "conversations",
        sa.Column("member", sa.LargeBinary, primary_key=True),
        sa.Column("state", sa.LargeBinary, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
    )
    op.create_table(
        "inbox",
        sa.Column("member", sa.LargeBinary, primary_key=True),
        sa.Column("key", sa.LargeBinary, primary_key=True),
        sa.Column("reply", sa.LargeBinary, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
    )
    op.create_index("ix_inbox_at", "inbox", ["at"])
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        sa.Column("member", sa.LargeBinary, nullable=False),
        sa.Column("name", sa.LargeBinary, nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("key", sa.LargeBinary),
        sa.Column("reply", sa.LargeBinary),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("not_before", MOMENT, nullable=False),
        sa.Column("claimed_by", sa.String(100)),
        sa.Column("claimed_at", MOMENT),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("why", sa.String(500), nullable=False),
        sa.Column("settled_at", MOMENT),
        sqlite_autoincrement=True,
    )
    op.create_index("outbox_waiting", "outbox", ["state", "channel", "not_before"])
    op.create_index("outbox_member", "outbox", ["member", "state"])
    op.create_index("outbox_promise", "outbox", ["member", "key"], unique=True)
    op.create_table(
        "leases",
        sa.Column("name", sa.String(50), primary_key=True),
        sa.Column("holder", sa.String(100), nullable=False),
        sa.Column("until", MOMENT, nullable=False),
    )
    op.create_table(
        "tokens",
        sa.Column("name", sa.String(100), primary_key=True),
        sa.Column("value", sa.LargeBinary, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
    )
    op.create_table(
        "asked",
        sa.Column("question", sa.String(500), primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("answered", sa.Boolean, primary_key=True),
        sa.Column("entry", sa.String(200), primary_key=True),
        sa.Column("times", sa.Integer, nullable=False),
    )
