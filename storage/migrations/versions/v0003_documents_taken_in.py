"""Documents taken in, their clauses, and which replaced or ended which."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "documents",
        sa.Column("id", ID, primary_key=True),
        sa.Column("number", sa.String(300), nullable=False, unique=True),
        sa.Column("title", sa.String(500), nullable=False),
        sa.Column("issuer", sa.String(200), nullable=False),
        sa.Column("issued", sa.String(10), nullable=False),
        sa.Column("region", sa.String(50), nullable=False),
        sa.Column("level", sa.String(20), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False, unique=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("in_force_from", sa.Date),
        sa.Column("ends_at", sa.Date),
        sa.Column("replaces", sa.String(300), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "clauses",
        sa.Column(
            "document", ID, sa.ForeignKey("documents.id", name="fk_clauses_document", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("path", sa.String(300), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("page", sa.Integer, nullable=False),
        sa.Column("line", sa.Integer, nullable=False),
        sa.Column("above", sa.Text, nullable=False),
        sa.Column("region", sa.String(50), nullable=False),
    )  # fmt: skip
    op.create_table(
        "endings",
        sa.Column("number", sa.String(300), primary_key=True),
        sa.Column("by_number", sa.String(300), primary_key=True),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("replaced", sa.Boolean, nullable=False),
    )
