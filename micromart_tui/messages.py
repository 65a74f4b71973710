"""What screens, widgets and the app tell each other."""

from dataclasses import dataclass

from textual.message import Message

from micromart_core.changes import Change


@dataclass
class Changed(Message):
    """Something in the shop changed, here or at somebody else's."""

    changes: frozenset[Change]


class CartChanged(Message):
    """The app shows another cart than a moment ago."""


class SecondPassed(Message):
    """A second of the hold is over: whatever shows it counts on."""
