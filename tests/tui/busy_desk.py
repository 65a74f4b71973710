"""A day at the desk that always looks the same: people, their orders on the way, and their letters."""

from sqlalchemy import text

from micromart_core.carts.service import set_quantity
from micromart_core.carts.service_upkeep import sweep_expired
from micromart_core.inventory.model import Sku
from micromart_core.orders.service_moves import deliver_order, pack_order, pay_order, ship_order
from micromart_core.products.demo import seed_demo
from tests.core.order_stories import buys, lives_at
from tests.people import within

MOVES = (pay_order, pack_order, ship_order, deliver_order)
PEOPLE = (
    ("ada", "NM-001", 2, 4, 3000),
    ("tony", "RA-010", 1, 3, 1500),
    ("joan", "FL-096", 2, 3, 1440),
    ("ken", "NS-340", 1, 2, 200),
    ("radia", "CB-250", 3, 2, 180),
    ("barbara", "NS-340", 3, 1, 60),
    ("edsger", "CB-250", 6, 1, 48),
    ("grace", "FL-096", 2, 1, 26),
    ("alan", "NS-340", 1, 0, 11),
    ("lynn", "EK-104", 2, 0, 2),
)
"""Who bought what, how many steps it has gone, and how many minutes ago."""


def set_the_desk(shop, clock) -> None:
    """Play the days; the clock stands at the end of them."""
    within(shop, seed_demo)
    start = clock()
    longest = max(minutes for *_, minutes in PEOPLE)
    for name, sku, quantity, steps, minutes in PEOPLE:
        clock.advance(minutes=longest - minutes - (clock() - start).total_seconds() / 60)
        lives_at(shop, name, address_id=f"adr_{name}")
        order = buys(shop.shopper(name), Sku(sku), quantity)
        for move in MOVES[:steps]:
            shop.staff("noor").run(move, order.number)
    shop.deliver()
    clock.advance(minutes=longest - (clock() - start).total_seconds() / 60)


def renumber(shop, drawn: str, number: str) -> None:
    with shop.database.begin(writes=True) as opened:
        values = {"drawn": drawn, "number": number}
        opened.connection.execute(text("UPDATE orders SET number = :number WHERE number = :drawn"), values)
        opened.commit()


def fill_carts(shop, clock) -> None:
    """Let a cart end, and others hold something."""
    shop.guest("rob").run(set_quantity, Sku("FL-096"), 2)
    clock.advance(minutes=8)
    for name, sku, quantity in (("ada", "NS-340", 2), ("gus", "EK-104", 1), ("don", "FL-096", 4)):
        shopper = shop.guest(name) if name == "gus" else shop.shopper(name)
        shopper.run(set_quantity, Sku(sku), quantity)
        clock.advance(minutes=2, seconds=20)
    shop.operator().run(sweep_expired)
