"""Receipts: an order as plain text of 72 columns or as one HTML page."""

import textwrap
from pathlib import Path
from typing import Any

from micromart_core.locales import known_locale, write_country, write_date, write_money
from micromart_core.money import Money
from micromart_core.operation import operation
from micromart_core.orders.model import Order
from micromart_core.orders.model_reports import Receipt, ReceiptFormat
from micromart_core.orders.service_lists import show_order
from micromart_core.settings import ShopSettings
from micromart_core.templates import templates_in
from micromart_core.transaction import Transaction
from micromart_core.users.model import Address

COLUMNS = 72
_FOLDER = Path(__file__).parent / "templates"


@operation(writes=False)
def show_receipt(tx: Transaction, order: str, receipt_format: ReceiptFormat = ReceiptFormat.TEXT) -> Receipt:
    """Return the receipt of an order the caller may read; raise UnknownOrder like `show_order`."""
    found = show_order(tx, order)
    shop = tx.settings.shop
    template = templates_in(_FOLDER, shop.locale).get_template(f"receipt.{receipt_format}")
    return Receipt(found.number, receipt_format, template.render(_words(found, shop), **_LAYOUT))


def _words(order: Order, shop: ShopSettings) -> dict[str, Any]:
    """Return what both templates say, money and dates written as the shop's locale has them."""
    return {
        "shop": shop.name,
        "order": order,
        "date": write_date(order.placed_at, known_locale(shop.locale)),
        "lines": [
            {"line": line, "price": _money(line.price, shop), "total": _money(line.total, shop)} for line in order.lines
        ],
        "sums": _sums(order, shop),
        "total": _money(order.total, shop),
        "address": _address_lines(order.address, known_locale(shop.locale)) if order.address else [],
    }


def _sums(order: Order, shop: ShopSettings) -> list[tuple[str, str]]:
    """Return the amounts above the total; tax that prices contain is told as a part of them."""
    shipping = _money(order.shipping, shop) if order.shipping.amount else "free"
    sums = [("subtotal", _money(order.subtotal, shop)), ("shipping", shipping)]
    if order.tax.amount:
        is_on_top = order.total == order.subtotal + order.shipping + order.tax
        sums.append(("tax" if is_on_top else "of that, tax", _money(order.tax, shop)))
    return sums


def _address_lines(address: Address, locale: str) -> list[str]:
    return [address.name, *address.within_country, write_country(address.country, locale)]


def _money(amount: Money, shop: ShopSettings) -> str:
    return write_money(amount, known_locale(shop.locale))


def _apart(left: str, right: str) -> str:
    """Return one line with something at both ends."""
    return left + right.rjust(COLUMNS - len(left))


def _folded(text: str, indent: int) -> list[str]:
    """Return the lines of a text, folded to the width and moved in."""
    space = " " * indent
    return [
        folded
        for line in text.splitlines() or [""]
        for folded in textwrap.wrap(line, COLUMNS, initial_indent=space, subsequent_indent=space) or [""]
    ]


_LAYOUT: dict[str, Any] = {"columns": COLUMNS, "apart": _apart, "folded": _folded}
