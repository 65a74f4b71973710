"""What carts need to know of products, read beside rows of their own: a statement less."""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, FromClause

from micromart_core.inventory.model import Sku
from micromart_core.money import Money
from micromart_core.products.model import Offer, ProductStatus
from micromart_core.products.tables import products

WIDTH = 4
"""How many columns an offer has beside a SKU that is known."""


class Beside(Struct, frozen=True):
    """Rows of another service, each with the product that a column or a parameter of them names."""

    rows: FromClause
    columns: tuple[ColumnElement[Any], ...]
    """Those of the offer, WIDTH of them: add them to the statement in one piece."""


def with_offer(rows: FromClause, sku: ColumnElement[Any]) -> Beside:
    """Put beside each row the product of that SKU; where there is none, its columns are empty."""
    named = products.alias()
    columns = (named.c.name, named.c.price, named.c.currency, named.c.status)
    return Beside(rows.outerjoin(named, named.c.sku == sku), columns)


def offer_in(sku: Sku, found: Sequence[Any]) -> Offer | None:
    """Return the offer that the WIDTH columns hold; None when there is no such product."""
    name, price, currency, status = found
    return None if name is None else Offer(sku, name, Money(price, currency), ProductStatus(status))
