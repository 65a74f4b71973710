"""The port to the other processes of a shop: what they tell each other, count together and need not compute twice."""

from typing import Protocol

from micromart_core.answers import NO_MEMORY, Answers
from micromart_core.changes import Change
from micromart_core.rate_limit import SharedWindow


class Neighbours(Protocol):
    """The other processes of the same shop."""

    @property
    def answers(self) -> Answers:
        """What was found before, by any of them."""
        ...

    @property
    def window(self) -> SharedWindow | None:
        """Where they count together; None when each counts alone."""
        ...

    def tell(self, changes: frozenset[Change]) -> None:
        """Let them know what changed, soon; never waits."""
        ...

    def listen(self) -> None:
        """Put on the board what they tell, while somebody listens there."""
        ...

    def close(self) -> None:
        """Tell what is left to tell, and hang up."""
        ...


class Alone:
    """Nobody to talk to: what others do is seen when the database is read again."""

    answers: Answers = NO_MEMORY
    window: SharedWindow | None = None

    def tell(self, changes: frozenset[Change]) -> None:
        """Nobody hears."""

    def listen(self) -> None:
        """Nobody speaks."""

    def close(self) -> None:
        """Nothing is open."""
