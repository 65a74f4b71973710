"""micromart checkout: order what is in the cart."""

from typing import Annotated

import typer

from micromart_cli import options
from micromart_cli.options import verb_app
from micromart_cli.order_letters import placed_with_letters
from micromart_cli.session import Session, session_of
from micromart_core.carts.service import extend_hold
from micromart_core.errors import HoldEnded, Refused
from micromart_core.money_words import money_words
from micromart_core.orders.model import Order
from micromart_core.orders.service import place_order

app = verb_app()


@app.command()
def checkout(
    context: typer.Context,
    *,
    address: Annotated[str | None, typer.Option("--address", metavar="ID", help="Where it goes; else home.")] = None,
    note: options.Note = None,
    dry_run: options.DryRun = False,
    idempotency_key: options.IdempotencyKey = None,
) -> None:
    """Order what is in the cart."""
    session = session_of(context)
    session.under(dry_run=dry_run, idempotency_key=idempotency_key)
    if session.is_interactive and not dry_run and not session.flags.yes:
        _ask(session, address, note, idempotency_key)
    order = session.run(place_order, None, address, note)
    session.show(placed_with_letters(session, order))
    if order.email and not dry_run and not session.was_done and session.flags.format == "table":
        session.say(f"a letter is on its way to {order.email}")


def _ask(session: Session, address: str | None, note: str | None, key: str | None) -> None:
    """Hold everything through the checkout, say what would be ordered, and go on when the answer is yes.

    What was ordered under the key before is not asked about: it is only told again.
    """
    foreseen = session.under(dry_run=True, idempotency_key=key).run(place_order, None, address, note)
    if not session.was_done:
        _hold_through_checkout(session.under())
        session.confirm(_question(foreseen))
    session.under(idempotency_key=key)


def _hold_through_checkout(session: Session) -> None:
    """Make the hold last to its limit; where none runs any more, the order itself will say what that means."""
    try:
        session.run(extend_hold)
    except (HoldEnded, Refused) as reason:
        session.say(reason.message)


def _question(order: Order) -> str:
    units = sum(line.quantity for line in order.lines)
    things = "1 thing" if units == 1 else f"{units} things"
    goes_to = f", to {order.address.name}, {order.address.line1}, {order.address.city}" if order.address else ""
    return f"Order {things} for {money_words(str(order.total), order.total.currency)}{goes_to}?"
