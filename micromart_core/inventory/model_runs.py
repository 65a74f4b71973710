"""The words of importing stock: a run, its result, and how it refuses."""

import re

from msgspec import Struct

from micromart_core.errors import Conflict, InvalidValue, NotFound, Refused

MOST_ROWS = 30_000
"""Rows of one file: their products are locked in one statement."""
_TOLD = 3
"""Refusals that the sentence names; all are in the facts."""
_RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}")


def run_id_of(text: str) -> str:
    """Return a run's id, or raise InvalidValue: 1 to 64 letters, digits, dots, dashes, colons and underscores."""
    if not _RUN_ID.fullmatch(text):
        raise InvalidValue(
            f"“{text}” is no run id.",
            why="a run id is 1 to 64 letters, digits, dots, dashes, colons and underscores",
            hint="try --run-id delivery-2026-03-01",
        )
    return text


class RejectedRow(Struct, frozen=True):
    """A row that was not applied, and why; the header is row 1."""

    row: int
    error: str


class BulkResult(Struct, frozen=True):
    """What a run did with the rows of a file."""

    run_id: str
    applied: int
    rejected: tuple[RejectedRow, ...]
    dry_run: bool = False
    was_done: bool = False
    """True: the run was applied before, and this is its stored answer, which is the same answer."""


class UnknownRun(NotFound):
    """No import has this run id."""

    code = "run.unknown"

    def __init__(self, run_id: str) -> None:
        self.run_id = run_id
        super().__init__(
            f"There is no run {run_id}.", why="no import has this run id", hint="micromart stock history SKU"
        )


class RunReused(Conflict):
    """The run id belongs to an import of other rows."""

    code = "run.reused"

    def __init__(self, run_id: str) -> None:
        self.run_id = run_id
        super().__init__(
            f"The run id {run_id} was used for other rows.",
            why="a run id names one content for ever",
            hint="use a new run id for a new file",
        )


class RunUndone(Refused):
    """The import has been undone before."""

    code = "run.undone"

    def __init__(self, run_id: str, actor: str) -> None:
        self.run_id, self.actor = run_id, actor
        super().__init__(
            f"The run {run_id} has been undone already.",
            why=f"{actor} undid it",
            hint="import the file again under a new run id",
        )


class RowsRefused(Refused):
    """Rules of the shop forbid some changes, so none was made; `refusals` are pairs of a row or SKU and the reason."""

    code = "stock.rows_refused"

    def __init__(self, refusals: tuple[tuple[str, str], ...]) -> None:
        self.refusals = refusals
        more = f"; and {len(refusals) - _TOLD} more" if len(refusals) > _TOLD else ""
        super().__init__(
            f"{len(refusals)} {'change is' if len(refusals) == 1 else 'changes are'} refused; nothing was applied.",
            why="; ".join(f"{name}: {error}" for name, error in refusals[:_TOLD]) + more,
            hint="micromart stock explain SKU",
        )
