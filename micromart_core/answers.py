"""The port of remembered answers: what was found once need not be computed again until something of it changes."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from micromart_core.changes import Topic

Answer = TypeVar("Answer")
DASHBOARD_SECONDS = 5
"""How old a number for staff may be when the news that it changed was lost."""
SEARCH_SECONDS = 30
"""How old the matches of a search may be when the news that the catalogue changed was lost."""


class Answers(Protocol):
    """Remembers answers across processes, each until its topic changes; never the truth, and never of single rows."""

    def remember(
        self,
        topic: Topic,
        question: tuple[object, ...],
        kind: type[Answer],
        compute: Callable[[], Answer],
        seconds: int,
    ) -> Answer:
        """Return the answer to a question, computed or remembered for at most so many seconds.

        The question names everything the answer depends on but the topic's rows: whoever may ask gets the same.
        """
        ...


class NoMemory:
    """Computes every answer anew."""

    def remember(
        self,
        topic: Topic,  # noqa: ARG002  # the port's
        question: tuple[object, ...],  # noqa: ARG002
        kind: type[Answer],  # noqa: ARG002
        compute: Callable[[], Answer],
        seconds: int,  # noqa: ARG002
    ) -> Answer:
        """Compute the answer."""
        return compute()


NO_MEMORY = NoMemory()
