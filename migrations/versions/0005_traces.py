"""Indexes by which everything that one intent led to is found."""

from alembic import op

from migrations.scripts import run_script

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    run_script(op.get_bind(), "0005_traces")
