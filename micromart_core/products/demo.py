"""Filling an empty shop with the demo catalogue, pictures and opening stock included."""

from micromart_core.inventory.model import Reason, Sku
from micromart_core.inventory.service_stock import receive_many
from micromart_core.money import Money, digits_of
from micromart_core.operation import operation
from micromart_core.products import store, store_categories, store_pictures
from micromart_core.products.demo_art import DEMO_ART
from micromart_core.products.demo_products import CATEGORIES, DEMO_PRODUCTS, DemoProduct
from micromart_core.products.drawing import DRAWING
from micromart_core.products.entry import Entry
from micromart_core.products.model import Picture, ProductChanged, ProductStatus
from micromart_core.products.shelving import shelve
from micromart_core.transaction import Transaction

OPENING = Reason("received")
_CENTS = 2


@operation("ops:run", repeatable=True, on_wire=False)
def seed_demo(tx: Transaction) -> int:
    """Put those things of the demo catalogue on the shelves that are not there yet; return how many."""
    known = store.load_offers(tx, [thing.sku for thing in DEMO_PRODUCTS])
    new = [thing for thing in DEMO_PRODUCTS if thing.sku not in known]
    if not new:
        return 0
    store_categories.add_missing(tx, {name: name for name in CATEGORIES})
    shelve(tx, [_entry(thing, tx.settings.shop.currency) for thing in new], _reorder_levels(new))
    store_pictures.add_pictures(tx, [Picture(thing.sku, DRAWING, DEMO_ART[thing.sku].to_json()) for thing in new])
    receive_many(tx, {thing.sku: thing.on_hand for thing in new}, OPENING, "opening stock")
    tx.record(
        *[
            ProductChanged(sku=thing.sku, version=1, status=ProductStatus.PUBLISHED, actor=tx.caller.actor)
            for thing in new
        ]
    )
    return len(new)


def _entry(thing: DemoProduct, currency: str) -> Entry:
    return Entry(
        thing.sku,
        thing.name,
        thing.category,
        thing.tagline,
        thing.description,
        Money(thing.cents * 10 ** max(0, digits_of(currency) - _CENTS), currency),
        thing.tint,
        ProductStatus.PUBLISHED,
    )


def _reorder_levels(things: list[DemoProduct]) -> dict[Sku, int]:
    return {thing.sku: thing.reorder_level for thing in things}
