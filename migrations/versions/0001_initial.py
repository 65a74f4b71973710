"""The tables of version 0.1."""

from alembic import op

from migrations.scripts import run_script

revision = "0001"
down_revision = None


def upgrade() -> None:
    run_script(op.get_bind(), "0001_initial")
