"""The benchmarks' SQL files: run as they are, or as one of pgbench's scripts."""

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, text

_FOLDER = Path(__file__).parent / "sql"
_RATE = re.compile(r"tps = ([\d.]+)")


class PgbenchFailed(Exception):
    """The program pgbench ended without a rate."""


def script(name: str) -> str:
    """Return the text of `sql/NAME.sql`."""
    return (_FOLDER / f"{name}.sql").read_text()


def run_script(url: URL, name: str, **values: Any) -> None:
    """Run the statements of `sql/NAME.sql`, parted by lines of `---`, each in a transaction of its own."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    for statement in script(name).split("\n---\n"):
        _run(engine, statement, values)
    engine.dispose()


def pgbench(url: URL, name: str, *, clients: int, seconds: float, variables: Mapping[str, int]) -> float:
    """Return how often a second pgbench runs `sql/NAME.sql`; raise PgbenchFailed when a client was refused."""
    given = [part for key, value in variables.items() for part in ("-D", f"{key}={value}")]
    bounds = [f"--client={clients}", f"--time={max(1, round(seconds))}", f"--file={_FOLDER / name}.sql"]
    outcome = subprocess.run(
        ["pgbench", "--no-vacuum", "--protocol=prepared", "--jobs=2", *bounds, *given],
        env=os.environ | _environment(url),
        capture_output=True,
        text=True,
        check=False,
    )
    rate = _RATE.search(outcome.stdout)
    if rate is None or "aborted" in outcome.stderr:
        raise PgbenchFailed(f"{outcome.stdout[-500:]}{outcome.stderr[-500:]} (exit {outcome.returncode})")
    return float(rate[1])


def _run(engine: Engine, statement: str, values: Mapping[str, Any]) -> None:
    clause = text(statement)
    wanted = {name: value for name, value in values.items() if name in clause.compile().params}
    with engine.connect() as connection:
        connection.execute(clause, wanted)


def _environment(url: URL) -> dict[str, str]:
    return {
        "PGHOST": str(url.host),
        "PGPORT": str(url.port or 5432),
        "PGUSER": str(url.username),
        "PGPASSWORD": str(url.password or ""),
        "PGDATABASE": str(url.database),
    }
