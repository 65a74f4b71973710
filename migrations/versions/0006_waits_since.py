"""Since when an event waits that was told before and is to be told once more."""

from alembic import op

from migrations.scripts import run_script

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    run_script(op.get_bind(), "0006_waits_since")
