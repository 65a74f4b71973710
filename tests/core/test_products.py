"""Staff make, change, publish, archive, restore and delete products; everybody sees what is published."""

import pytest

from micromart_core.caller import THE_SHOP, Caller
from micromart_core.carts.service import set_quantity, show_cart
from micromart_core.errors import InvalidValue, NotAllowed, SignInFirst
from micromart_core.identity import KnownCaller
from micromart_core.inventory.model import Sku, UnknownSku
from micromart_core.inventory.model_changes import StockHasMoved
from micromart_core.permissions import Permission
from micromart_core.products.model import (
    NewProduct,
    ProductChanges,
    ProductExists,
    ProductStatus,
    StaleProduct,
    Tint,
    UnknownCategory,
)
from micromart_core.products.service import MOST_AT_ONCE, list_products, offers_of, show_product, show_products
from micromart_core.products.service_edit import (
    archive_product,
    create_product,
    delete_product,
    publish_product,
    restore_product,
    update_product,
)
from micromart_core.transaction import Transaction

TEA = Sku("TEA-01")
NEW = NewProduct("Slow Tea", "tests", "4.50", tagline="green", description="It waits.", reorder_level=2)


@pytest.fixture
def staff(shop):
    shop.needs_category("tests")
    return shop.staff("stan")


def events(shop, name="product.changed"):
    return shop.rows("SELECT key, data FROM outbox WHERE type = :name ORDER BY id", name=name)


def actions(shop):
    return [row.action for row in shop.rows("SELECT action FROM audit_trail ORDER BY id")]


def test_a_new_product_is_a_draft_with_an_empty_shelf(shop, staff):
    product = staff.run(create_product, TEA, NEW)

    assert (product.status, product.version, product.reorder_level) == (ProductStatus.DRAFT, 1, 2)
    assert (str(product.price), product.stock.on_hand) == ("4.50", 0)
    assert staff.run(show_product, TEA) == product
    assert actions(shop) == ["product.create"]
    assert [row.key for row in events(shop)] == [TEA]


def test_a_draft_is_not_there_for_shoppers(shop, staff):
    staff.run(create_product, TEA, NEW)

    with pytest.raises(UnknownSku):
        shop.guest("g").run(show_product, TEA)
    assert shop.guest("g").run(list_products).items == ()


def test_a_published_product_is_there_for_everybody(shop, staff):
    staff.run(create_product, TEA, NEW)
    staff.run(publish_product, TEA)

    assert shop.guest("g").run(show_product, TEA).status is ProductStatus.PUBLISHED
    assert [product.sku for product in shop.guest("g").run(list_products).items] == [TEA]


def test_several_products_are_shown_at_once_archived_ones_too_and_a_draft_to_staff_alone(shop, staff):
    for sku, status in (("OLD-01", "archived"), ("TEA-01", "published"), ("NEW-01", "draft")):
        shop.stocks(sku, 3, status=status)
    asked = (Sku("TEA-01"), Sku("NEW-01"), Sku("OLD-01"), Sku("GONE-01"))

    assert {product.sku for product in shop.guest("g").run(show_products, asked)} == {"TEA-01", "OLD-01"}
    assert {product.sku for product in staff.run(show_products, asked)} == {"TEA-01", "OLD-01", "NEW-01"}
    (tea,) = shop.guest("g").run(show_products, (TEA,))
    assert tea == shop.guest("g").run(show_product, TEA)


def test_more_products_than_go_at_once_are_refused(shop):
    with pytest.raises(InvalidValue) as refused:
        shop.guest("g").run(show_products, (TEA,) * (MOST_AT_ONCE + 1))
    assert "101 products" in refused.value.message


def test_a_sku_names_one_product(staff):
    staff.run(create_product, TEA, NEW)

    with pytest.raises(ProductExists):
        staff.run(create_product, TEA, NEW)


def test_a_product_needs_a_category_that_is_there(staff):
    with pytest.raises(UnknownCategory):
        staff.run(create_product, TEA, NewProduct("Tea", "nowhere", "1.00"))


@pytest.mark.parametrize(
    "wrong",
    [
        NewProduct("", "tests", "1.00"),
        NewProduct("Tea\x1b[2J", "tests", "1.00"),
        NewProduct("Tea", "tests", "-1.00"),
        NewProduct("Tea", "tests", "1.005"),
        NewProduct("Tea", "tests", "cheap"),
        NewProduct("T" * 121, "tests", "1.00"),
        NewProduct("Tea", "tests", "1.00", reorder_level=-1),
    ],
)
def test_what_cannot_be_meant_is_refused(staff, wrong):
    with pytest.raises(InvalidValue):
        staff.run(create_product, TEA, wrong)


def test_an_update_changes_what_is_given_and_nothing_else(shop, staff):
    staff.run(create_product, TEA, NEW)

    changed = staff.run(update_product, TEA, ProductChanges(price="5.00", tint=Tint.SEA), if_version=1)

    assert (str(changed.price), changed.tint, changed.name, changed.version) == ("5.00", Tint.SEA, "Slow Tea", 2)
    (entry,) = shop.rows("SELECT before, after FROM audit_trail WHERE action = 'product.update'")
    assert entry.before == '{"price":"4.50 USD","tint":"ember"}'
    assert entry.after == '{"price":"5.00 USD","tint":"sea"}'


def test_an_update_of_an_old_version_is_refused(staff):
    staff.run(create_product, TEA, NEW)
    staff.run(update_product, TEA, ProductChanges(name="Slower Tea"))

    with pytest.raises(StaleProduct) as refusal:
        staff.run(update_product, TEA, ProductChanges(name="Slowest Tea"), if_version=1)
    assert (refusal.value.expected, refusal.value.actual) == (1, 2)


def test_an_update_to_what_is_there_already_is_done_whatever_the_version(shop, staff):
    staff.run(create_product, TEA, NEW)
    staff.run(update_product, TEA, ProductChanges(name="Slower Tea"), if_version=1)

    again = staff.run(update_product, TEA, ProductChanges(name="Slower Tea"), if_version=1)

    assert again.version == 2
    assert len(events(shop)) == 2


def test_the_reorder_level_is_a_change_like_any_other(shop, staff):
    staff.run(create_product, TEA, NEW)

    changed = staff.run(update_product, TEA, ProductChanges(reorder_level=9), if_version=1)

    assert (changed.reorder_level, changed.version) == (9, 2)
    assert actions(shop) == ["product.create", "product.reorder_level"]


def test_prices_are_for_those_who_may_set_them(shop, staff):
    staff.run(create_product, TEA, NEW)
    writer = shop.shop.gateway(KnownCaller(Caller("wren", frozenset({Permission.CATALOG_WRITE}), signed_in=True)))

    assert writer.run(update_product, TEA, ProductChanges(name="Other Tea", price="4.50")).name == "Other Tea"
    with pytest.raises(NotAllowed):
        writer.run(update_product, TEA, ProductChanges(price="9.00"))
    with pytest.raises(NotAllowed):
        writer.run(create_product, Sku("TEA-02"), NEW)


def test_only_staff_change_the_catalogue(shop, staff):
    with pytest.raises(NotAllowed):
        shop.shopper("ann").run(create_product, TEA, NEW)
    with pytest.raises(SignInFirst):
        shop.guest("g").run(publish_product, TEA)


def test_archiving_stops_new_adds_and_lets_live_holds_finish(shop, staff):
    shop.stocks(TEA, on_hand=3)
    ann = shop.shopper("ann")
    ann.run(set_quantity, TEA, 2)

    staff.run(archive_product, TEA)

    assert ann.run(show_cart).quantity_of(TEA) == 2
    assert shop.guest("g").run(show_product, TEA).status is ProductStatus.ARCHIVED
    assert shop.guest("g").run(list_products).items == ()


def test_a_recall_frees_live_holds_at_once(shop, staff):
    shop.stocks(TEA, on_hand=3)
    ann = shop.shopper("ann")
    ann.run(set_quantity, TEA, 2)

    product = staff.run(archive_product, TEA, recall=True)

    assert (product.status, product.stock.held) == (ProductStatus.ARCHIVED, 0)
    assert ann.run(show_cart).quantity_of(TEA) == 0
    assert "product.recall" in actions(shop)


def test_what_was_archived_comes_back_as_a_draft(shop, staff):
    shop.stocks(TEA, on_hand=3)
    staff.run(archive_product, TEA)

    assert staff.run(restore_product, TEA).status is ProductStatus.DRAFT
    assert staff.run(publish_product, TEA).status is ProductStatus.PUBLISHED
    assert staff.run(restore_product, TEA).status is ProductStatus.PUBLISHED


def test_doing_it_twice_is_the_same_as_once(shop, staff):
    shop.stocks(TEA, on_hand=3)

    assert staff.run(archive_product, TEA) == staff.run(archive_product, TEA)
    assert len(events(shop)) == 1


def test_what_never_moved_can_be_deleted(shop, staff):
    staff.run(create_product, TEA, NEW)

    assert staff.run(delete_product, TEA).sku == TEA
    with pytest.raises(UnknownSku):
        staff.run(show_product, TEA)
    assert shop.rows("SELECT products FROM categories") == [(0,)]
    assert staff.run(create_product, TEA, NEW).version == 1


def test_what_moved_cannot_be_deleted(shop, staff):
    shop.stocks(TEA, on_hand=3)

    with pytest.raises(StockHasMoved):
        staff.run(delete_product, TEA)


@pytest.mark.parametrize("verb", [publish_product, archive_product, restore_product, delete_product])
def test_a_product_that_is_not_there_is_not_found(staff, verb):
    with pytest.raises(UnknownSku):
        staff.run(verb, Sku("NOPE"))


def test_offers_are_what_carts_need_and_leave_unknown_products_out(shop):
    shop.stocks(TEA, on_hand=1, price="4.50")
    with shop.database.begin(writes=False) as opened:
        tx = Transaction(opened.connection, opened.now, THE_SHOP, shop.settings, "")
        offers = offers_of(tx, [TEA, Sku("NOPE")])

    assert list(offers) == [TEA]
    assert (str(offers[TEA].price), offers[TEA].status) == ("4.50", ProductStatus.PUBLISHED)
