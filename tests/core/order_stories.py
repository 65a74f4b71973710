"""What the stories about orders have in common."""

import math

from sqlalchemy import event, insert, text

from micromart_core.carts.service import set_quantity
from micromart_core.money import Money
from micromart_core.orders.service import place_order
from micromart_core.settings import CheckoutSettings
from micromart_core.users.tables import addresses, users

TEA, MUG = "TEA-01", "NM-001"


def usd(text: str) -> Money:
    return Money.parse(text, "USD")


def without_address(shop, /, **settings):
    """The same shop, which needs no address to order."""
    return shop.again(checkout=CheckoutSettings(require_address=False), **settings)


def fills(gateway, **quantities):
    """Put products into the caller's cart; the keyword `tea_01` is TEA-01."""
    cart = None
    for sku, quantity in quantities.items():
        cart = gateway.run(set_quantity, sku.upper().replace("_", "-"), quantity)
    return cart


def buys(gateway, sku, quantity=1):
    """Put one product into the caller's cart and order it."""
    gateway.run(set_quantity, sku, quantity)
    return gateway.run(place_order)


def reprices(shop, sku, minor_units):
    _write(shop, "UPDATE products SET price = :price WHERE sku = :sku", price=minor_units, sku=sku)


def restates(shop, sku, status):
    _write(shop, "UPDATE products SET status = :status WHERE sku = :sku", status=status, sku=sku)


def lives_at(shop, name, address_id="adr_home", line1="12 Analytical Row"):
    """Give a shopper a profile and a default address."""
    now = shop.clock()
    person = {"id": f"usr_{name}", "issuer": "test", "subject": name, "username": name, "username_key": name}
    place = {"name": name.title(), "line1": line1, "city": "London", "postcode": "N1", "country": "GB"}
    with shop.database.begin(writes=True) as opened:
        opened.connection.execute(insert(users).values(name=name, created_at=now, last_seen_at=now, **person))
        opened.connection.execute(
            insert(addresses).values(id=address_id, user_id=f"usr_{name}", is_default=True, **place)
        )
        opened.commit()


def events_of(shop, name):
    return shop.rows("SELECT data FROM outbox WHERE type = :name", name=name)


class CountsStatements:
    """How many statements an engine is sent inside the block, without what a shop does for others once a second."""

    def __init__(self, shop) -> None:
        self._shop, self._engine, self.count = shop.shop, shop.database.engine, 0

    def __enter__(self):
        self._shop._last_upkeep = math.inf
        event.listen(self._engine, "before_cursor_execute", self._note)
        return self

    def __exit__(self, *_):
        self._shop._last_upkeep = 0.0
        event.remove(self._engine, "before_cursor_execute", self._note)

    def _note(self, *_):
        self.count += 1


def _write(shop, statement, **values):
    with shop.database.begin(writes=True) as opened:
        opened.connection.execute(text(statement), values)
        opened.commit()
