"""Which daemons run."""

from alembic import op

from migrations.scripts import run_script

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    run_script(op.get_bind(), "0002_daemons")
