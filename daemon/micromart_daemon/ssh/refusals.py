"""What is not done over SSH, each in the sentence that its client shows."""

from collections.abc import Iterator
from contextlib import contextmanager

from micromart_core.errors import InvalidValue, NotFound, Refused, TryAgain

_HINT = "ssh -t HOST, or ssh -t HOST cart"
_PLACES = "ssh -t HOST cart, or orders, account, shop, or a SKU"
FORWARDING = "This is a shop: it forwards nothing."
ONE_SESSION = "This is a shop: one session at a time on each connection."


@contextmanager
def advising_visitors() -> Iterator[None]:
    """Let a word that names nothing advise what a visitor can do: the commands of the shop are not run here."""
    try:
        yield
    except (InvalidValue, NotFound) as error:
        error.hint = _PLACES
        raise


class NeedsTerminal(InvalidValue):
    """The storefront is drawn on a terminal; there is no shell behind it, and no command."""

    code = "ssh.needs_terminal"

    def __init__(self) -> None:
        super().__init__(
            "This is a shop you walk around in, and it needs a terminal.",
            why="there is no shell here, and nothing is run",
            hint=_HINT,
        )


class CannotDraw(InvalidValue):
    """The terminal shows lines only."""

    code = "ssh.cannot_draw"

    def __init__(self) -> None:
        super().__init__(
            "This shop needs a terminal that can be drawn on.",
            why="TERM says that yours shows lines only",
            hint="another terminal, or TERM=xterm",
        )


class OneWord(InvalidValue):
    """More than one word was asked for: nothing is run here."""

    code = "ssh.one_word"

    def __init__(self) -> None:
        super().__init__(
            "Nothing is run here: a place of the shop or a product is all that can be named.",
            why="there is no shell, and what was asked for is more than one word",
            hint=_PLACES,
        )


class NoSubsystem(Refused):
    """Neither sftp nor any other subsystem is there."""

    code = "ssh.no_subsystem"

    def __init__(self) -> None:
        super().__init__(
            "There are no files here and no subsystems: this is a shop.", why="nothing else is served", hint=_HINT
        )


class ShopFull(TryAgain):
    """As many as may wait are waiting, or too many come from one place."""

    code = "ssh.full"

    def __init__(self, why: str) -> None:
        super().__init__("The shop is full just now.", why=why, hint="come again in a while")
