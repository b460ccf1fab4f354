"""Contacts: how departments are reached."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "contacts",
        sa.Column("department", sa.String(100), primary_key=True),
        sa.Column("district", sa.String(50), primary_key=True),
        sa.Column("phone", sa.String(200), nullable=False),
        sa.Column("address", sa.String(200), nullable=False),
        sa.Column("hours", sa.String(200), nullable=False),
        sa.Column("checked", sa.Date),
        sa.Column("source", sa.String(100), nullable=False),
    )
