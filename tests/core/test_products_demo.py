"""The demo catalogue keeps the promises of an empty home; generated products come in any number."""

import pytest

from micromart_core.errors import InvalidValue
from micromart_core.inventory.model import Sku
from micromart_core.products.demo import seed_demo
from micromart_core.products.demo_art import DEMO_ART
from micromart_core.products.demo_products import CATEGORIES, DEMO_PRODUCTS
from micromart_core.products.drawing import DRAWING, read_drawing
from micromart_core.products.generated import seed_many
from micromart_core.products.service import list_products, show_product
from micromart_core.products.service_categories import list_categories
from micromart_core.products.service_edit import archive_product
from micromart_core.products.service_looks import list_pictures
from micromart_core.settings import ShopSettings


def test_the_first_page_is_all_in_stock_with_at_least_five_of_each(shop):
    assert shop.operator().run(seed_demo) == 16

    page = shop.guest("g").run(list_products)

    assert (len(page.items), page.next) == (16, None)
    assert min(product.stock.available for product in page.items) >= 5
    assert min(product.stock.available for product in page.items) <= 60
    assert {product.category for product in page.items} == set(CATEGORIES)
    assert all(product.tagline and product.description for product in page.items)


def test_the_ledger_tells_of_the_opening_stock(shop):
    shop.operator().run(seed_demo)

    rows = shop.rows("SELECT sku, sum(change) AS total FROM stock_movements GROUP BY sku")
    moved = {row.sku: row.total for row in rows}
    assert moved == {thing.sku: thing.on_hand for thing in DEMO_PRODUCTS}


def test_seeding_twice_is_the_same_as_once_and_changes_nothing_of_what_is_there(shop):
    shop.operator().run(seed_demo)
    shop.staff().run(archive_product, Sku("NM-001"))

    assert shop.operator().run(seed_demo) == 0
    assert shop.staff().run(show_product, Sku("NM-001")).status == "archived"
    assert shop.rows("SELECT sum(products) FROM categories") == [(16,)]


def test_every_thing_has_its_own_drawing(shop):
    shop.operator().run(seed_demo)

    pictures = shop.guest("g").run(list_pictures, tuple(thing.sku for thing in DEMO_PRODUCTS))

    assert {picture.sku: read_drawing(picture.content) for picture in pictures} == DEMO_ART
    assert {picture.media_type for picture in pictures} == {DRAWING}


@pytest.mark.parametrize(("currency", "price"), [("USD", "24.00"), ("JPY", "2400"), ("KWD", "24.000")])
def test_demo_prices_fit_every_currency(shop, currency, price):
    shop.again(shop=ShopSettings(currency=currency)).operator().run(seed_demo)

    assert str(shop.guest("g").run(show_product, Sku("NM-001")).price) == price


def test_generated_products_are_added_up_to_the_number_asked_for(shop):
    operator = shop.operator()

    assert operator.run(seed_many, 20) == 20
    assert operator.run(seed_many, 30) == 10
    assert operator.run(seed_many, 10, 31) == 10
    assert shop.rows("SELECT sum(products) FROM categories") == [(40,)]
    assert all(product.stock.available >= 5 for product in shop.guest("g").run(list_products).items)
    assert len(shop.guest("g").run(list_categories).items) == 40


def test_so_many_at_a_time(shop):
    with pytest.raises(InvalidValue):
        shop.operator().run(seed_many, 0)
