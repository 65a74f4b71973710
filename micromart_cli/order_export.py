"""Many orders written out: one CSV row each, or whole as JSON."""

import sys
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from micromart_cli.order_letters import with_letters
from micromart_cli.session import Session
from micromart_core.csv_cells import write_rows
from micromart_core.orders.model import Order
from micromart_core.orders.model_reports import OrderPage
from micromart_core.orders.service_lists import export_orders

COLUMNS = (
    "number", "id", "placed_at", "status", "payment_status", "email", "items", "subtotal", "shipping", "tax", "total",
    "currency", "name", "line1", "line2", "city", "region", "postcode", "country", "tracking", "note",
)  # fmt: skip

PAGE = 500
"""Orders read at once."""


def export_to_stdout(session: Session, since: datetime | None) -> None:
    """Write everybody's orders page by page; as one JSON document, all at once."""
    match session.flags.output:
        case None | "csv":
            for number, page in enumerate(_pages(session, since)):
                _write_csv(page, with_header=number == 0)
        case "jsonl":
            for page in _pages(session, since):
                session.write_out(page)
        case _:
            session.write_out([order for page in _pages(session, since) for order in page], empty="No orders.")


def list_to_stdout(session: Session, page: OrderPage) -> None:
    """Show one page of a list; the letters are read only where they are shown."""
    if session.flags.format != "csv":
        whole = replace(page, items=with_letters(session, page.items)) if session.flags.is_json else page
        session.show(whole, empty="No orders yet.")
        return
    if not session.flags.quiet:
        _write_csv(page.items, with_header=True)
    if page.next is not None:
        session.say(f"there is more: --after {page.next}")


def _pages(session: Session, since: datetime | None) -> Iterator[tuple[Order, ...]]:
    after = None
    while True:
        page = session.run(export_orders, since, after, PAGE)
        yield page.items if session.flags.output in (None, "csv") else with_letters(session, page.items)
        after = page.next
        if after is None:
            return


def _write_csv(orders: tuple[Order, ...], *, with_header: bool) -> None:
    text = write_rows(COLUMNS, [_cells(order) for order in orders])
    sys.stdout.write(text if with_header else text.partition("\n")[2])


def _cells(order: Order) -> tuple[Any, ...]:
    address = order.address
    lines = (address.name, address.line1, address.line2, address.city) if address else (None,) * 4
    place = (address.region, address.postcode, address.country) if address else (None,) * 3
    return (
        order.number,
        order.id,
        f"{order.placed_at:%Y-%m-%dT%H:%M:%SZ}",
        order.status,
        order.payment_status,
        order.email,
        order.items,
        order.subtotal,
        order.shipping,
        order.tax,
        order.total,
        order.total.currency,
        *lines,
        *place,
        order.tracking,
        order.note,
    )
