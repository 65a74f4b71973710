"""micromart admin: the admin desk on the whole terminal."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from micromart_cli.asking import NoTerminal
from micromart_cli.options import Ascii, verb_app
from micromart_cli.session import Session, session_of
from micromart_core.errors import InvalidValue

if TYPE_CHECKING:
    from micromart_core.maintenance.doctor import Looks
    from micromart_tui.admin.staffing import Staffing

app = verb_app()
PLACES = {
    "today": "desk/today",
    "stock": "desk/stock",
    "orders": "desk/orders",
    "carts": "desk/carts",
    "products": "desk/goods",
    "mail": "desk/mail",
    "events": "desk/events",
    "users": "desk/people",
    "health": "desk/health",
}
"""What --at calls the places of the desk."""
_At = Annotated[str | None, typer.Option("--at", metavar="PLACE", help=f"Where to begin: {', '.join(PLACES)}.")]


@app.command()
def open_screens(
    context: typer.Context,
    *,
    at: _At = None,
    ascii_only: Ascii = False,
) -> None:
    """Open the admin desk on the whole terminal."""
    from micromart_cli.sign_in_here import SignInHere
    from micromart_tui.places import DESK
    from micromart_tui.start import open_admin_desk

    session = session_of(context)
    there = {place.name for place in DESK}
    begins = DESK[0].name if at is None else PLACES.get(at, at)
    if begins not in there:
        offered = ", ".join(name for name, place in PLACES.items() if place in there)
        raise InvalidValue(f"The desk has no place “{at}”.", why=f"it has {offered}", hint="micromart admin")
    if not session.is_on_terminal:
        raise NoTerminal("The admin desk", hint="micromart stock list works without one")
    open_admin_desk(
        session.gateway,
        session.home.state,
        at=begins,
        looks=looks_of(session),
        staffing=_staffing_of(session),
        sign_in=SignInHere(lambda: session.shop, session.home),
        is_ascii=ascii_only,
    )


def looks_of(session: Session) -> Callable[[], "Looks"]:
    """Return what the desk looks at the servers with; from another machine nothing is known of them."""
    from micromart_core.maintenance.doctor import looks_at
    from micromart_core.maintenance.health import NotLookedAt

    if session.url_elsewhere is None:
        return lambda: looks_at(session.shop_here, session.home)
    unknown = NotLookedAt(
        "servers", ok=False, detail="they are looked at beside the database", fix="micromart doctor, there"
    )
    return lambda: ((unknown.check, lambda: unknown),)


def _staffing_of(session: Session) -> "Staffing":
    """Return what gives and takes roles, found when it is first needed: most who sit at the desk never do."""
    from micromart_tui.admin.staffing import Staffing

    return Staffing(
        lambda *words: session.shop.authority.grant(session.gateway, *words),
        lambda *words: session.shop.authority.revoke(session.gateway, *words),
    )
