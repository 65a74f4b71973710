"""Walking along the shelf: backwards from any place, and from where a product stands."""

import pytest

from micromart_core.inventory.model import Sku, UnknownSku
from micromart_core.products.demo import seed_demo
from micromart_core.products.demo_products import DEMO_PRODUCTS
from micromart_core.products.model import NotForSale, WrongCursor
from micromart_core.products.service import list_products
from micromart_core.products.service_edit import archive_product
from micromart_core.products.service_shelf import list_products_up_to, locate_product


@pytest.fixture
def demo(shop):
    shop.operator().run(seed_demo)
    return shop


def test_backwards_from_the_end_the_whole_shelf_comes_in_its_order(demo):
    guest = demo.guest("g")
    found, last = [], None
    while True:
        page = guest.run(list_products_up_to, last, 7)
        found = [*page.items, *found]
        last = page.next
        if last is None:
            break

    assert found == list(guest.run(list_products, limit=100).items)
    assert len(found) == len(DEMO_PRODUCTS)


def test_one_cursor_ends_what_is_before_it_and_begins_what_is_after(demo):
    guest = demo.guest("g")
    at = guest.run(locate_product, Sku("NM-001"))
    everything = guest.run(list_products, limit=100).items

    before, after = guest.run(list_products_up_to, at, 100), guest.run(list_products, after=at, limit=100)

    assert before.items[-1].sku == "NM-001"
    assert (*before.items, *after.items) == everything
    assert before.next is None


def test_what_is_not_on_the_shelf_has_no_place_there(demo):
    demo.staff().run(archive_product, Sku("NM-001"))

    with pytest.raises(NotForSale):
        demo.guest("g").run(locate_product, Sku("NM-001"))
    with pytest.raises(UnknownSku):
        demo.guest("g").run(locate_product, Sku("NO-SUCH"))


def test_a_draft_is_nobodys_business_but_its_staffs(shop):
    shop.stocks("D-1", on_hand=1, status="draft")

    with pytest.raises(UnknownSku):
        shop.guest("g").run(locate_product, Sku("D-1"))
    with pytest.raises(NotForSale):
        shop.staff().run(locate_product, Sku("D-1"))


def test_an_empty_shelf_has_an_empty_end(shop):
    page = shop.guest("g").run(list_products_up_to)

    assert (page.items, page.next) == ((), None)


def test_a_cursor_of_another_list_is_refused(demo):
    with pytest.raises(WrongCursor):
        demo.guest("g").run(list_products_up_to, "x")
