"""micromart cart: what is held for you."""

from typing import Annotated

import typer

from micromart_cli import options
from micromart_cli.cart_words import as_asked
from micromart_cli.options import noun_app
from micromart_cli.session import session_of
from micromart_core.carts.model import Restored, TooMuch
from micromart_core.carts.service import add_units, clear_cart, extend_hold, remove_lines, set_quantity, show_cart
from micromart_core.carts.service_lists import list_all_carts, list_my_carts
from micromart_core.carts.service_restore import restore_cart
from micromart_core.errors import Refused
from micromart_core.inventory.model import OutOfStock
from micromart_core.products.model import sku_of

app = noun_app("What is held for you.")


class NothingCameBack(Refused):
    """A restore took nothing back."""

    code = "cart.nothing_restored"

    def __init__(self, restored: Restored) -> None:
        self.missing = restored.missing
        self.dearer = tuple(line.sku for line in restored.dearer)
        gone = f"gone: {', '.join(self.missing)}" if self.missing else ""
        risen = f"dearer: {', '.join(self.dearer)}" if self.dearer else ""
        hint = "micromart cart restore --accept-prices" if self.dearer else "micromart product list --in-stock"
        super().__init__("Nothing could be taken back.", why="; ".join(filter(None, (gone, risen))), hint=hint)


@app.command()
def show(context: typer.Context) -> None:
    """Show the cart and how long it is held."""
    session = session_of(context)
    session.show(session.run(show_cart))


@app.command()
def add(
    context: typer.Context,
    sku: options.Sku,
    *,
    quantity: Annotated[int, typer.Option("--quantity", min=1, metavar="N", help="How many more.")] = 1,
) -> None:
    """Put more of a product into the cart."""
    session, wanted = session_of(context), sku_of(sku)
    try:
        cart = session.run(add_units, wanted, quantity)
    except (OutOfStock, TooMuch) as refusal:
        raise as_asked(session, refusal, wanted, quantity) from None
    session.show(cart)


@app.command("set")
def set_to(
    context: typer.Context,
    sku: options.Sku,
    quantity: Annotated[int, typer.Argument(min=0, metavar="N", help="How many in all; 0 removes it.")],
) -> None:
    """Make the cart hold exactly this many of a product."""
    session = session_of(context)
    session.show(session.run(set_quantity, sku_of(sku), quantity))


@app.command()
def remove(context: typer.Context, skus: options.Skus) -> None:
    """Put products back on the shelf."""
    session = session_of(context)
    session.show(session.run(remove_lines, tuple(sku_of(sku) for sku in skus)))


@app.command()
def clear(context: typer.Context) -> None:
    """Put everything back on the shelf."""
    session = session_of(context)
    session.show(session.run(clear_cart))


@app.command()
def extend(context: typer.Context) -> None:
    """Hold everything to the limit, once a cart."""
    session = session_of(context)
    was_extended = session.run(show_cart).extended
    cart = session.run(extend_hold)
    if was_extended:
        session.say("It was extended already, and that goes once a cart: nothing has changed.")
    session.show(cart)


@app.command()
def restore(
    context: typer.Context,
    *,
    accept_prices: Annotated[bool, typer.Option("--accept-prices", help="Take what is dearer now, too.")] = False,
) -> None:
    """Take back what an ended hold had kept, as far as it is still free."""
    session = session_of(context)
    restored = session.run(restore_cart, accept_prices)
    session.show(restored)
    if not restored.taken:
        raise NothingCameBack(restored)


@app.command("list")
def list_carts(
    context: typer.Context,
    *,
    everybody: Annotated[bool, typer.Option("--all", help="Everybody's carts; for staff.")] = False,
    limit: options.Limit = options.PAGE,
    after: options.After = None,
) -> None:
    """List all carts of this user or session."""
    session = session_of(context)
    page = session.run(list_all_carts if everybody else list_my_carts, after, limit)
    session.show(page, empty="No carts.")
