"""Lists of products: every order, page by page, with their filters; and cursors that nobody made."""

from base64 import urlsafe_b64encode

import pytest

from micromart_core.carts.service import set_quantity
from micromart_core.errors import InvalidValue, NotAllowed
from micromart_core.inventory.model import Sku
from micromart_core.products import service
from micromart_core.products.demo import seed_demo
from micromart_core.products.demo_products import DEMO_PRODUCTS
from micromart_core.products.model import (
    ANY_PRODUCT,
    ProductFilter,
    ProductStatus,
    SortKey,
    UnknownCategory,
    WrongCursor,
)
from micromart_core.products.service import list_catalogue, list_products
from micromart_core.products.service_edit import archive_product

HOSTILE = [
    "",
    "x",
    "%%%",
    "é",
    "\ud800",
    "a" * 5000,
    urlsafe_b64encode(b"[]").decode(),
    urlsafe_b64encode(b'["name"]').decode(),
    urlsafe_b64encode(b'["name", 1, 2]').decode(),
    urlsafe_b64encode(b'["name", "a\\u0000", "b"]').decode(),
    urlsafe_b64encode(b'["name", "\\ud800", "b"]').decode(),
    urlsafe_b64encode(b'["shelf", "a", "b", "c"]').decode(),
    urlsafe_b64encode(b'["price", 99999999999999999999999, "b"]').decode(),
    urlsafe_b64encode(b'["newest", "9999-12-31T23:59:59Z", "b"]').decode(),
    urlsafe_b64encode(b'{"a": 1}').decode(),
    urlsafe_b64encode(b"[" * 1500).decode(),
]


@pytest.fixture
def demo(shop):
    shop.operator().run(seed_demo)
    return shop


def walk(gateway, sort, where=ANY_PRODUCT, limit=3):
    found, after = [], None
    while True:
        page = gateway.run(list_products, where, sort, after, limit)
        assert len(page.items) <= limit
        found += page.items
        after = page.next
        if after is None:
            return found


@pytest.mark.parametrize(
    ("sort", "key"),
    [
        (SortKey.SHELF, lambda product: (product.category, product.name.lower())),
        (SortKey.NAME, lambda product: product.name.lower()),
        (SortKey.PRICE, lambda product: (product.price, product.sku)),
    ],
)
def test_pages_together_are_the_whole_list_in_its_order(demo, sort, key):
    found = walk(demo.guest("g"), sort)

    assert len({product.sku for product in found}) == len(DEMO_PRODUCTS)
    assert found == sorted(found, key=key)


def test_the_newest_come_first(shop, clock):
    for sku in ("A-1", "C-1", "B-1"):
        shop.stocks(sku, on_hand=1)
        clock.advance(minutes=1)

    assert [product.sku for product in walk(shop.guest("g"), SortKey.NEWEST, limit=1)] == ["B-1", "C-1", "A-1"]


def test_a_list_can_keep_to_a_category_and_a_price(demo):
    where = ProductFilter(category="COFFEE", max_price="19.00")

    for sort in SortKey:
        assert {product.sku for product in walk(demo.guest("g"), sort, where, 1)} == {"CB-250", "DC-250", "NS-340"}


def test_a_list_can_keep_to_what_is_in_stock(demo):
    left = {thing.sku for thing in DEMO_PRODUCTS} - {"NM-001"}
    demo.shopper("ann").run(set_quantity, Sku("NM-001"), 7)

    for sort in SortKey:
        assert {product.sku for product in walk(demo.guest("g"), sort, ProductFilter(in_stock=True))} == left


def test_a_long_stretch_that_is_sold_out_ends_a_page_but_not_the_list(shop, monkeypatch):
    monkeypatch.setattr(service, "ROWS_AT_ONCE", 2)
    monkeypatch.setattr(service, "MOST_ROUNDS", 2)
    for number in range(9):
        shop.stocks(f"P-{number}", on_hand=int(number in (0, 8)))
    guest = shop.guest("g")

    first = guest.run(list_products, ProductFilter(in_stock=True), SortKey.NAME, None, 1)

    assert [product.sku for product in first.items] == ["P-0"]
    found = walk(guest, SortKey.NAME, ProductFilter(in_stock=True), 1)
    assert [product.sku for product in found] == ["P-0", "P-8"]


def test_staff_list_any_status_or_all_of_them(demo):
    staff = demo.staff()
    staff.run(archive_product, Sku("NM-001"))

    archived = staff.run(list_catalogue, ProductStatus.ARCHIVED)
    everything = staff.run(list_catalogue, None, ANY_PRODUCT, SortKey.NAME)

    assert [product.sku for product in archived.items] == ["NM-001"]
    assert len(everything.items) == len(DEMO_PRODUCTS)
    assert list(everything.items) == sorted(everything.items, key=lambda product: product.name)


def test_shoppers_do_not_list_drafts(demo):
    with pytest.raises(NotAllowed):
        demo.shopper("ann").run(list_catalogue, ProductStatus.DRAFT)


@pytest.mark.parametrize("limit", [0, -1, 1001])
def test_a_page_has_1_to_1000(demo, limit):
    with pytest.raises(InvalidValue):
        demo.guest("g").run(list_products, limit=limit)


@pytest.mark.parametrize("cursor", HOSTILE)
def test_a_cursor_nobody_made_is_refused(demo, cursor):
    for sort in SortKey:
        if cursor != HOSTILE[11] or sort is not SortKey.SHELF:
            with pytest.raises(WrongCursor):
                demo.guest("g").run(list_products, ANY_PRODUCT, sort, cursor)


@pytest.mark.parametrize("name", ["nowhere", "***", "\x00", "\ud800"])
def test_an_unknown_category_is_not_found(demo, name):
    with pytest.raises(UnknownCategory):
        demo.guest("g").run(list_products, ProductFilter(category=name))
