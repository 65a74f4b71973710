"""The catalogue as a file: out and in again without a change, and all bad rows told at once."""

import pytest

from micromart_core.caller import Caller
from micromart_core.csv_cells import write_rows
from micromart_core.errors import BadRows, NotAllowed, SignInFirst
from micromart_core.identity import KnownCaller
from micromart_core.inventory.model import Sku
from micromart_core.permissions import Permission, Role
from micromart_core.products.demo import seed_demo
from micromart_core.products.import_rows import COLUMNS, cells_of
from micromart_core.products.model import ProductChanges, ProductStatus, Tint
from micromart_core.products.service import show_product
from micromart_core.products.service_edit import update_product
from micromart_core.products.service_import import export_products, import_products
from micromart_core.products.service_search import search_products


@pytest.fixture
def demo(shop):
    shop.operator().run(seed_demo)
    return shop


def exported(gateway):
    items, after = [], None
    while True:
        page = gateway.run(export_products, after, 5)
        items += page.items
        after = page.next
        if after is None:
            return write_rows(COLUMNS, [cells_of(product) for product in items])


def test_what_was_exported_comes_in_again_without_a_change(demo):
    staff = demo.staff()
    odd = ProductChanges(name="=1+1", tagline="'@home", description='two\nlines, "quoted"\n\nand -more')
    staff.run(update_product, Sku("NM-001"), odd)
    before = exported(staff)

    outcome = staff.run(import_products, before)

    assert (outcome.created, outcome.updated, outcome.unchanged) == (0, 0, 16)
    assert exported(staff) == before
    assert staff.run(show_product, Sku("NM-001")).name == "=1+1"


def test_a_file_makes_products_and_categories_that_are_not_there(demo):
    text = exported(demo.staff()).replace("NM-001", "NM-002").replace(",coffee,", ",Tea & Coffee,")

    outcome = demo.staff().run(import_products, text)

    assert (outcome.created, outcome.updated, outcome.unchanged) == (1, 4, 11)
    assert demo.staff().run(show_product, Sku("NM-002")).name == "Null Mug"
    counts = {row.name: row.products for row in demo.rows("SELECT name, products FROM categories")}
    assert (counts["coffee"], counts["Tea & Coffee"], counts["desk"]) == (0, 4, 5)


def test_missing_columns_leave_things_as_they_are(demo):
    staff = demo.staff()
    before = staff.run(show_product, Sku("NM-001"))

    outcome = staff.run(import_products, "\ufeffSKU,Price\r\nnm-001,25.00\r\n")

    after = staff.run(show_product, Sku("NM-001"))
    assert (outcome.updated, outcome.applied) == (1, 1)
    assert (str(after.price), after.name, after.version) == ("25.00", before.name, 2)


def test_a_new_product_of_a_file_is_a_draft_that_can_be_found_once_published(shop):
    staff = shop.staff()
    rows = "sku,name,category,price,tint,reorder_level\nA-1,Paper Moon,lamps,12.00,honey,3\n"

    staff.run(import_products, rows)
    product = staff.run(show_product, Sku("A-1"))
    staff.run(import_products, "sku,status\nA-1,published\n")

    assert (product.status, product.tint, product.reorder_level) == (ProductStatus.DRAFT, Tint.HONEY, 3)
    assert [found.sku for found in shop.guest("g").run(search_products, "moon").items] == ["A-1"]


def test_all_bad_rows_are_told_and_nothing_is_applied(demo):
    staff = demo.staff()
    rows = [
        "sku,name,category,price,tint,status,reorder_level,version",
        "A-1,Fine,desk,1.00,,,,",
        "A 2,Name,desk,1.00,,,,",
        "A-3,,desk,1.00,,,,",
        "A-4,Name,desk,cheap,,,,",
        "A-5,Name,desk,1.00,purple,,,",
        "A-6,Name,desk,1.00,,sold,,",
        "A-7,Name,desk,1.00,,,-1,",
        "A-8,Name,desk,1.00",
        "A-1,Again,desk,1.00,,,,",
        "A-9,Name,***,1.00,,,,",
        "A-10,Name,,1.00,,,,",
        "NM-001,Name,desk,1.00,,,,7",
        "A-11,Bell\x07,desk,1.00,,,,",
        f"A-12,Name,desk,1.00,,,{'0' * 20}{'9' * 20},",
        f"A-13,Name,desk,1.00,,,,{'0' * 5_000}",
        "A-14,Name,desk,9e999999,,,,",
        "A-15,Name,desk,1e-9999999,,,,",
    ]

    with pytest.raises(BadRows) as refusal:
        staff.run(import_products, "\n".join(rows))

    assert [number for number, _ in refusal.value.rows] == list(range(3, 19))
    assert demo.rows("SELECT count(*) FROM products") == [(16,)]
    assert demo.rows("SELECT count(*) FROM audit_trail") == [(0,)]


def test_a_new_product_needs_a_name_a_category_and_a_price(shop):
    with pytest.raises(BadRows, match="1 bad row") as refusal:
        shop.staff().run(import_products, "sku,price\nA-1,1.00\n")

    assert "needs name, category" in refusal.value.rows[0][1]


def test_an_old_version_is_refused_unless_nothing_would_change(demo):
    staff = demo.staff()
    file = "sku,price,version\nNM-001,25.00,1\n"
    staff.run(import_products, file)

    assert staff.run(import_products, file).unchanged == 1
    with pytest.raises(BadRows, match="1 bad row"):
        staff.run(import_products, file.replace("25.00", "26.00"))


def test_every_change_of_an_import_is_told(demo):
    demo.staff().run(import_products, "sku,price\nNM-001,25.00\nEK-104,14.00\n")

    assert demo.rows("SELECT target, after FROM audit_trail ORDER BY id") == [
        ("NM-001", '{"price":"25.00 USD"}'),
        ("catalogue", "0 created, 1 updated"),
    ]
    assert demo.rows("SELECT count(*) FROM outbox WHERE type = 'product.changed' AND key = 'NM-001'") == [(2,)]


def test_many_rows_come_in_batches(shop, monkeypatch):
    from micromart_core.products import service_import

    monkeypatch.setattr(service_import, "AT_ONCE", 7)
    rows = "".join(f"A-{number},Thing {number},shelf {number % 3},1.00\n" for number in range(40))

    outcome = shop.staff().run(import_products, "sku,name,category,price\n" + rows)

    assert outcome.created == 40
    assert sorted(shop.rows("SELECT name, products FROM categories")) == [
        ("shelf 0", 14),
        ("shelf 1", 13),
        ("shelf 2", 13),
    ]


def test_an_import_is_no_way_around_the_permission_for_prices(demo):
    writer = demo.shop.gateway(
        KnownCaller(Caller("rita", frozenset({Permission.CATALOG_IMPORT, Permission.CATALOG_WRITE}), signed_in=True))
    )
    for rows in ("NM-001,Mug,desk,25.00", "NEW-1,Fresh,desk,1.00", "EK-104,Fine,desk,15.00\nNM-001,,,cheap"):
        with pytest.raises(NotAllowed, match="You may not set prices"):
            writer.run(import_products, f"sku,name,category,price\n{rows}\n")

    mug = writer.run(show_product, Sku("NM-001"))
    outcome = writer.run(import_products, f"sku,name,price\nNM-001,Mug Anew,{mug.price}\n")
    assert outcome.updated == 1


def test_a_stale_sign_in_is_told_so_when_it_would_set_a_price(demo):
    caller = Caller(
        "rita",
        frozenset({Permission.CATALOG_IMPORT, Permission.CATALOG_WRITE}),
        signed_in=True,
        stale=frozenset({Permission.CATALOG_PRICE}),
    )
    rita = demo.shop.gateway(KnownCaller(caller))

    with pytest.raises(SignInFirst, match="Sign in again"):
        rita.run(import_products, "sku,price\nNM-001,25.00\n")
    with pytest.raises(SignInFirst, match="Sign in again"):
        rita.run(update_product, Sku("NM-001"), ProductChanges(price="25.00"))


def test_importing_has_its_own_permission(demo):
    with pytest.raises(NotAllowed):
        demo.shopper("ann").run(import_products, "sku\n")
    script = demo.staff("nightly", Role.AUTOMATION)
    assert script.run(import_products, "sku,price\nNM-001,25.00\n").updated == 1
