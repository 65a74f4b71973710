"""micromart shop: the storefront on the whole terminal."""

import os
from typing import TYPE_CHECKING, Annotated

import typer

from micromart_cli.asking import NoTerminal
from micromart_cli.options import Ascii, verb_app
from micromart_cli.session import session_of

if TYPE_CHECKING:
    from micromart_cli.doors import OpenShop
    from micromart_cli.session import Session
    from micromart_core.inventory.model import Sku
    from micromart_core.late_gateway import LateGateway

app = verb_app()
_At = Annotated[str, typer.Option("--at", metavar="PLACE|SKU", help="Where to begin: a place, or a product.")]


_Plain = Annotated[
    bool, typer.Option("--plain", help="In lines, one question at a time: for screen readers, and without a terminal.")
]


@app.command()
def shop(context: typer.Context, *, at: _At = "shop", plain: _Plain = False, ascii_only: Ascii = False) -> None:
    """Open the storefront on the whole terminal."""
    session = session_of(context)
    if not (session.is_on_terminal or is_in_a_browser() or plain):
        raise NoTerminal("The storefront", hint="micromart product list, or micromart shop --plain")
    from micromart_cli.sign_in_here import SignInHere
    from micromart_core.late_gateway import LateGateway
    from micromart_tui.places import CART, STOREFRONT
    from micromart_tui.start import open_plain_shop, open_storefront

    door = LateGateway(lambda: session.gateway)
    sign_in = SignInHere(lambda: _shop_behind(door, session), session.home)
    is_place = at in {place.name for place in (*STOREFRONT, CART)}
    lit, begins = (None, at) if is_place else (_on_the_shelf(session, at), "shop")
    if plain:
        open_plain_shop(door, at=at, sign_in=sign_in)
        return
    session.say_later()
    state = session.home.state
    open_storefront(door, state, at=begins, lit=lit, sign_in=sign_in, is_ascii=ascii_only, opening=door.open)


def _shop_behind(door: "LateGateway", session: "Session") -> "OpenShop":
    """Return the open shop; whichever thread needs it first opens it by the door, where the others wait."""
    door.open()
    return session.shop


def is_in_a_browser() -> bool:
    """True when `micromartd web` began this process: what it draws goes to a page."""
    return os.environ.get("TEXTUAL_DRIVER", "").endswith(":WebDriver")


def _on_the_shelf(session: "Session", text: str) -> "Sku":
    """Return a product of the shelf, or raise UnknownSku or NotForSale before anything is drawn."""
    from micromart_core.products.model import sku_of
    from micromart_core.products.service_shelf import locate_product

    sku = sku_of(text)
    session.run(locate_product, sku)
    return sku
