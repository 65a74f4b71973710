"""A shop in the middle of its week: things sold, held, running out and gone."""

from micromart_core.carts.service import set_quantity
from micromart_core.inventory.model import Reason, Sku
from micromart_core.inventory.service_stock import adjust_stock
from micromart_core.products.demo import seed_demo
from tests.core.order_stories import buys, without_address
from tests.people import within

ESCAPE_KEY, NULL_MUG, ROOT_ACCESS = Sku("EK-104"), Sku("NM-001"), Sku("RA-010")
WEEK = (
    (("ann", "NS-340", 2), ("bob", "CB-250", 4)),
    (("cem", "NM-001", 3),),
    (("dee", "EK-104", 2), ("ann", "NS-340", 1)),
    (),
    (("eve", "FL-096", 5), ("bob", "CB-250", 6)),
    (("gus", "NS-340", 4),),
    (("hal", "EK-104", 1), ("ann", "CB-250", 2), ("ivy", "NS-340", 3)),
)


def set_the_stage(shop, clock) -> None:
    """Play a week of sales and end it with carts that hold something."""
    within(shop, seed_demo)
    selling = without_address(shop)
    for sales in WEEK:
        for who, sku, quantity in sales:
            buys(selling.shopper(who), Sku(sku), quantity)
            clock.advance(minutes=11)
        clock.advance(days=1)
    buys(selling.shopper("joan"), Sku("CB-250"), 5)
    clock.advance(minutes=7)
    buys(selling.shopper("kim"), Sku("FL-096"), 2)
    clock.advance(minutes=3)
    noor = shop.staff("noor")
    noor.run(adjust_stock, NULL_MUG, by=-1, reason=Reason("damage"), note="fell off the shelf")
    left = noor.run(adjust_stock, ESCAPE_KEY, by=1, reason=Reason("return")).on_hand
    noor.run(adjust_stock, ESCAPE_KEY, by=3 - left, reason=Reason("count"))
    gone = noor.run(adjust_stock, ROOT_ACCESS, by=1, reason=Reason("received")).on_hand
    noor.run(adjust_stock, ROOT_ACCESS, by=-gone, reason=Reason("loss"))
    shop.guest("ann").run(set_quantity, ESCAPE_KEY, 1)
    shop.guest("bob").run(set_quantity, NULL_MUG, 2)
