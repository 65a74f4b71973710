"""What `shop` and `admin` say while this MicroMart has no full-screen part."""

import typer

from micromart_cli.options import verb_app
from micromart_core.errors import MicroMartError


class NoScreens(MicroMartError):
    """This MicroMart has no full-screen part."""

    code = "screens.none"

    def __init__(self, what: str, instead: str) -> None:
        super().__init__(f"{what} cannot be opened: this MicroMart has only the command line.", hint=instead)


def screens_app(what: str, instead: str) -> typer.Typer:
    """Return the app of a noun that would open screens; it refuses in one sentence."""
    app = verb_app()

    @app.command()
    def open_screens() -> None:
        """Open it on the whole terminal."""
        raise NoScreens(what, instead)

    return app
