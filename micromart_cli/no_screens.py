"""What `shop` and `admin` say while this MicroMart has no full-screen part."""

from typing import Annotated

import typer

from micromart_cli.options import verb_app
from micromart_core.errors import MicroMartError

_At = Annotated[str | None, typer.Option("--at", metavar="PLACE", help="Where to begin.")]
_Plain = Annotated[bool, typer.Option("--plain", help="Without colours and boxes.")]


class NoScreens(MicroMartError):
    """This MicroMart has no full-screen part."""

    code = "screens.none"

    def __init__(self, what: str, instead: str) -> None:
        super().__init__(f"{what} cannot be opened: this MicroMart has only the command line.", hint=instead)


def screens_app(what: str, instead: str) -> typer.Typer:
    """Return the app of a noun that would open screens; it refuses in one sentence."""
    app = verb_app()

    @app.command()
    def open_screens(*, at: _At = None, plain: _Plain = False) -> None:  # noqa: ARG001  # what screens will be told
        """Open it on the whole terminal."""
        raise NoScreens(what, instead)

    return app
