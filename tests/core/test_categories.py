"""The shelves: made, renamed with all that stands on them, removed when empty."""

import pytest

from micromart_core.errors import InvalidValue, NotAllowed
from micromart_core.inventory.model import Sku
from micromart_core.products.demo import seed_demo
from micromart_core.products.model import CategoryExists, CategoryInUse, ProductFilter, UnknownCategory, WrongCursor
from micromart_core.products.service import list_products, show_product
from micromart_core.products.service_categories import (
    create_category,
    list_categories,
    remove_category,
    rename_category,
)


@pytest.fixture
def demo(shop):
    shop.operator().run(seed_demo)
    return shop


def names(gateway, limit=50):
    found, after = [], None
    while True:
        page = gateway.run(list_categories, after, limit)
        found += [(category.name, category.products) for category in page.items]
        after = page.next
        if after is None:
            return found


def test_categories_come_by_name_with_their_number_of_products(demo):
    expected = [("coffee", 4), ("desk", 4), ("living", 3), ("pantry", 3), ("wear", 2)]

    assert names(demo.guest("g")) == names(demo.guest("g"), limit=1) == expected


def test_a_new_category_is_empty_and_its_name_is_taken_in_every_spelling(shop):
    created = shop.staff().run(create_category, "  Tea & Cups ")

    assert (created.name, created.products) == ("Tea & Cups", 0)
    for name in ("Tea & Cups", "TEA CUPS", "téa-cups"):
        with pytest.raises(CategoryExists):
            shop.staff().run(create_category, name)


@pytest.mark.parametrize("name", ["", "***", "a\x1bb", "x" * 61])
def test_a_category_needs_a_name(shop, name):
    with pytest.raises(InvalidValue):
        shop.staff().run(create_category, name)


def test_renaming_takes_the_products_along(demo):
    renamed = demo.staff().run(rename_category, "Desk", "Study")

    assert (renamed.name, renamed.products) == ("Study", 4)
    assert demo.guest("g").run(show_product, Sku("NM-001")).category == "Study"
    assert demo.guest("g").run(show_product, Sku("NM-001")).version == 2
    assert len(demo.guest("g").run(list_products, ProductFilter(category="study")).items) == 4
    assert ("desk", 4) not in names(demo.guest("g"))


def test_a_name_can_be_spelt_otherwise(demo):
    assert demo.staff().run(rename_category, "desk", "DESK").name == "DESK"
    assert demo.guest("g").run(show_product, Sku("NM-001")).category == "DESK"


def test_two_categories_cannot_have_one_name(demo):
    with pytest.raises(CategoryExists):
        demo.staff().run(rename_category, "desk", "Coffee")


def test_only_an_empty_category_goes(demo):
    staff = demo.staff()
    staff.run(create_category, "empty")

    assert staff.run(remove_category, "Empty").name == "empty"
    with pytest.raises(CategoryInUse) as refusal:
        staff.run(remove_category, "desk")
    assert refusal.value.products == 4


@pytest.mark.parametrize("name", ["nowhere", "", "***"])
def test_an_unknown_category_is_not_found(demo, name):
    with pytest.raises(UnknownCategory):
        demo.staff().run(remove_category, name)
    with pytest.raises(UnknownCategory):
        demo.staff().run(rename_category, name, "other")


def test_shoppers_keep_their_hands_off_the_shelves(demo):
    with pytest.raises(NotAllowed):
        demo.shopper("ann").run(create_category, "mine")
    with pytest.raises(WrongCursor):
        demo.guest("g").run(list_categories, "abc")
