"""Each row of the ledger names the intent that caused it; those written before have none."""

from alembic import op

from migrations.scripts import run_script

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    run_script(op.get_bind(), "0004_traced_ledger")
