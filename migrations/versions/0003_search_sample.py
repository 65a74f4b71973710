"""An index of a sixteenth of the catalogue, for searches of very common words."""

from alembic import op

from migrations.scripts import run_script

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    run_script(op.get_bind(), "0003_search_sample")
