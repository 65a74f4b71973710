"""What somebody at the desk is about to do: what it means, what is asked for first, and the command it equals."""

from collections.abc import Awaitable, Callable

from msgspec import Struct

from micromart_tui.gallery import Ask


class Typed(Struct, frozen=True):
    """A line of text that may be left empty."""

    label: str
    hint: str

    def missing(self, answer: str) -> str:  # noqa: ARG002  # anything will do
        """Say what is still missing."""
        return ""


class Confirmed(Struct, frozen=True):
    """A word that must be typed before something is done that cannot be taken back."""

    label: str
    word: str

    @property
    def hint(self) -> str:
        """What is to be typed."""
        return self.word

    def missing(self, answer: str) -> str:
        """Say what is still missing."""
        return "" if answer.strip().upper() == self.word.upper() else f"type {self.word} to do it"


class Chosen(Struct, frozen=True):
    """One of a few words."""

    label: str
    options: tuple[str, ...]

    def missing(self, answer: str) -> str:
        """Say what is still missing."""
        return "" if answer in self.options else "choose one"


Field = Typed | Confirmed | Chosen


class Intent(Struct, frozen=True):
    """One thing to be done once."""

    asks: str
    means: str
    does: str
    """What the button says."""
    command: Callable[[str], str]
    """What would be typed for it with this answer."""
    act: Callable[[Ask, str], Awaitable[object]]
    """Does it with this answer, through a door that does it once however often it is asked."""
    field: Field | None = None
