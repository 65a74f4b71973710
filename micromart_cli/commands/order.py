"""micromart order: what was ordered, and how it moves on."""

import sys
from typing import Annotated

import typer

from micromart_cli import options
from micromart_cli.moments import moment_of
from micromart_cli.options import noun_app
from micromart_cli.order_export import export_to_stdout, list_to_stdout
from micromart_cli.order_letters import placed_with_letters, with_letters
from micromart_cli.session import Session, session_of
from micromart_core.errors import InvalidValue
from micromart_core.operation import Operation
from micromart_core.orders import service_moves as moves
from micromart_core.orders.model import Order, OrderStatus
from micromart_core.orders.model_reports import ReceiptFormat
from micromart_core.orders.service_lists import list_all_orders, my_orders, show_order
from micromart_core.products.model import sku_of
from micromart_core.text import terminal_text

app = noun_app("What was ordered, and how it moves on.")
_OrderId = Annotated[str, typer.Argument(metavar="ID", help="The order, by its id or number.")]
_Since = Annotated[str | None, typer.Option("--since", metavar="T", help="Only those placed at or after this moment.")]


@app.command("list")
def list_orders(
    context: typer.Context,
    *,
    everybody: Annotated[bool, typer.Option("--all", help="Everybody's orders; for staff.")] = False,
    status: Annotated[OrderStatus | None, typer.Option("--status", help="With --all: only those there.")] = None,
    since: _Since = None,
    limit: options.Limit = options.PAGE,
    after: options.After = None,
) -> None:
    """List orders, newest first."""
    session = session_of(context)
    if everybody:
        page = session.run(list_all_orders, status, moment_of("--since", since), after, limit)
    elif status or since:
        raise InvalidValue("--status and --since look through everybody's orders.", hint="add --all")
    else:
        page = session.run(my_orders, after, limit)
    list_to_stdout(session, page)


@app.command()
def show(context: typer.Context, order: _OrderId) -> None:
    """Show an order with its history and letters."""
    session = session_of(context)
    (found,) = with_letters(session, (session.run(show_order, order),))
    session.show(found)


@app.command()
def receipt(
    context: typer.Context,
    order: _OrderId,
    *,
    receipt_format: Annotated[ReceiptFormat, typer.Option("--format", help="How it is written.")] = ReceiptFormat.TEXT,
) -> None:
    """Print the receipt of an order."""
    from micromart_core.orders.receipt import show_receipt

    session = session_of(context)
    written = session.run(show_receipt, order, receipt_format)
    if session.flags.output is None:
        sys.stdout.write(terminal_text(written.text, newlines=True))
    else:
        session.write_out(written)


@app.command()
def pay(
    context: typer.Context,
    order: _OrderId,
    *,
    dry_run: options.DryRun = False,
    idempotency_key: options.IdempotencyKey = None,
) -> None:
    """Note that an order was paid."""
    _move(session_of(context).under(dry_run=dry_run, idempotency_key=idempotency_key), moves.pay_order, order)


@app.command()
def pack(
    context: typer.Context,
    order: _OrderId,
    *,
    dry_run: options.DryRun = False,
    idempotency_key: options.IdempotencyKey = None,
) -> None:
    """Note that an order was packed."""
    _move(session_of(context).under(dry_run=dry_run, idempotency_key=idempotency_key), moves.pack_order, order)


@app.command()
def ship(
    context: typer.Context,
    order: _OrderId,
    *,
    tracking: Annotated[str | None, typer.Option("--tracking", metavar="T", help="Its tracking number.")] = None,
    dry_run: options.DryRun = False,
    idempotency_key: options.IdempotencyKey = None,
) -> None:
    """Note that an order left the house."""
    session = session_of(context).under(dry_run=dry_run, idempotency_key=idempotency_key)
    session.show(placed_with_letters(session, session.run(moves.ship_order, order, tracking)))


@app.command()
def deliver(
    context: typer.Context,
    order: _OrderId,
    *,
    dry_run: options.DryRun = False,
    idempotency_key: options.IdempotencyKey = None,
) -> None:
    """Note that an order arrived."""
    _move(session_of(context).under(dry_run=dry_run, idempotency_key=idempotency_key), moves.deliver_order, order)


@app.command()
def cancel(
    context: typer.Context,
    order: _OrderId,
    *,
    dry_run: options.DryRun = False,
    idempotency_key: options.IdempotencyKey = None,
) -> None:
    """Cancel an order that has not left the house; its goods go back on the shelf."""
    session = session_of(context).under(dry_run=dry_run, idempotency_key=idempotency_key)
    cancelled = session.run_destructive(f"Cancel {order} and put its goods back?", moves.cancel_order, order)
    session.show(placed_with_letters(session, cancelled))


@app.command()
def refund(
    context: typer.Context,
    order: _OrderId,
    *,
    dry_run: options.DryRun = False,
    idempotency_key: options.IdempotencyKey = None,
) -> None:
    """Note that an order's money went back."""
    session = session_of(context).under(dry_run=dry_run, idempotency_key=idempotency_key)
    refunded = session.run_destructive(f"Refund {order}?", moves.refund_order, order)
    session.show(placed_with_letters(session, refunded))


@app.command("return")
def take_back(
    context: typer.Context,
    order: _OrderId,
    *,
    line: Annotated[str | None, typer.Option("--line", metavar="SKU", help="Only this; else all that is left.")] = None,
    no_restock: Annotated[bool, typer.Option("--no-restock", help="Do not put it back on the shelf.")] = False,
    dry_run: options.DryRun = False,
    idempotency_key: options.IdempotencyKey = None,
) -> None:
    """Take back what was shipped or delivered."""
    session = session_of(context).under(dry_run=dry_run, idempotency_key=idempotency_key)
    sku = sku_of(line) if line is not None else None
    session.show(placed_with_letters(session, session.run(moves.return_order, order, sku, not no_restock)))


@app.command()
def export(context: typer.Context, *, since: _Since = None) -> None:
    """Write everybody's orders, oldest first: CSV, or whole orders with -o json or jsonl."""
    export_to_stdout(session_of(context), moment_of("--since", since))


def _move(session: Session, move: Operation[[str], Order], order: str) -> None:
    session.show(placed_with_letters(session, session.run(move, order)))
