"""The release after this one, as far as its tables go: this one's migrations and one more."""

import shutil
from pathlib import Path

import migrations

REVISION = "9000"
STATEMENTS = (
    "ALTER TABLE orders ADD COLUMN gift TEXT",
    "ALTER TABLE stock ADD COLUMN shelf TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE mails ADD COLUMN read_at TIMESTAMP WITH TIME ZONE",
    "ALTER TABLE outbox ADD COLUMN region TEXT",
    "CREATE TABLE wishes (id TEXT PRIMARY KEY, sku TEXT NOT NULL)",
)
_SCRIPT = f'''"""What the next release adds."""

from alembic import op

revision = "{REVISION}"
down_revision = "{migrations.HEAD}"


def upgrade() -> None:
    for statement in {STATEMENTS!r}:
        op.execute(statement)
'''


def next_release(folder: Path) -> dict[str, str]:
    """Make its migrations; return the environment in which programs are of that release."""
    copy = folder / "next" / "migrations"
    shutil.copytree(Path(migrations.__file__).parent, copy)
    (copy / "versions" / f"{REVISION}_next.py").write_text(_SCRIPT)
    revisions = (*migrations.REVISIONS, REVISION)
    (copy / "__init__.py").write_text(f"REVISIONS = {revisions!r}\nHEAD = REVISIONS[-1]\n")
    root = Path(migrations.__file__).parents[1]
    return {"PYTHONPATH": f"{copy.parent}:{root}:{root / 'daemon'}"}
