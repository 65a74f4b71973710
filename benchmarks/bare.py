"""A statement of pgbench's, run by as many clients in Python with nothing around it: what no gateway here can pass."""

import re
from collections.abc import Callable, Mapping

import psycopg
from sqlalchemy import URL

from benchmarks.load import Load, Work, run_for
from benchmarks.scripts import script

_VARIABLE = re.compile(r"(?<!:):([a-z]+)")
Facts = Callable[[], Mapping[str, object]]
"""Makes the variables of the next run."""


def run_bare(
    url: URL, name: str, facts_of: Callable[[int], Facts], *, processes: int, threads: int, seconds: float
) -> Load:
    """Run `sql/NAME.sql` in each client, with the variables that `facts_of` its number makes."""
    lines = [line for line in script(name).splitlines() if not line.startswith("\\")]
    statement = _VARIABLE.sub(r"%(\1)s", "\n".join(lines)).encode()
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)

    def in_process(process: int) -> Callable[[int], Work]:
        def in_thread(thread: int) -> Work:
            connection = psycopg.connect(address, autocommit=True, prepare_threshold=0)
            facts = facts_of(process * threads + thread)

            def once() -> object:
                return connection.execute(statement, facts()).fetchone()

            return once

        return in_thread

    return run_for(in_process, processes=processes, threads=threads, seconds=seconds)
