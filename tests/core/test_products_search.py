"""Searching: what is found, in which order, what was meant, and that no text can break it."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from micromart_core.errors import NotAllowed
from micromart_core.inventory.model import Sku
from micromart_core.products import service_search, store_search
from micromart_core.products.demo import seed_demo
from micromart_core.products.model import ProductChanges, ProductFilter, ProductStatus, SortKey, WrongCursor
from micromart_core.products.service_categories import rename_category
from micromart_core.products.service_edit import archive_product, update_product
from micromart_core.products.service_import import import_products
from micromart_core.products.service_search import search_catalogue, search_products
from micromart_core.products.words import fold, nearest

HOSTILE = [
    "'",
    '"',
    '"unbalanced',
    "'; DROP TABLE products; --",
    "%",
    "_",
    "\\",
    "*",
    "mug*",
    "^mug",
    "name_key : mug",
    "mug AND",
    "NOT mug",
    "OR",
    "NEAR(mug null, 2)",
    "mug & | ! :*",
    "mug:A",
    "(((",
    "\x00",
    "mug\x00null",
    "\ud800",
    "\udfff mug",
    "\u202e mug",
    "😀",
    "a" * 100_000,
    " ".join(["mug"] * 5_000),
    "-mug",
    "{words} : mug",
    "\uff11\uff12\uff13",
    "ﷺ",
    "",
]


@pytest.fixture
def demo(shop):
    shop.operator().run(seed_demo)
    return shop


def skus(shop, query, **asked):
    return [product.sku for product in shop.guest("g").run(search_products, query, **asked).items]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("null mug", ["NM-001"]),
        ("MUG", ["NM-001"]),
        ("nm-001", ["NM-001"]),
        ("stonew", ["NM-001"]),
        ("mug null stoneware", ["NM-001"]),
        ("kernel", ["CB-250"]),
        ("mug kernel", []),
    ],
)
def test_all_words_must_be_there_and_the_last_may_be_only_begun(demo, query, found):
    assert skus(demo, query) == found


def test_names_come_before_categories_and_these_before_descriptions(demo):
    found = skus(demo, "null")

    assert found == ["NM-001", "DC-250"]
    assert set(skus(demo, "coff")) >= {"NS-340", "CB-250", "FP-600", "DC-250"}
    demo.staff().run(update_product, Sku("EK-104"), ProductChanges(description="Not for a mug."))
    assert skus(demo, "mug") == ["NM-001", "EK-104"]


def test_accents_and_case_make_no_difference(demo):
    demo.staff().run(update_product, Sku("FL-096"), ProductChanges(name="Café Journal", tagline="STRASSE"))

    assert skus(demo, "cafe") == skus(demo, "CAFÉ") == skus(demo, "straße") == ["FL-096"]


def test_a_search_follows_what_staff_change(demo):
    staff = demo.staff()
    staff.run(update_product, Sku("NM-001"), ProductChanges(name="Void Cup"))
    staff.run(archive_product, Sku("EK-104"))
    staff.run(rename_category, "desk", "study")

    assert skus(demo, "void") == ["NM-001"]
    assert "NM-001" not in skus(demo, "mug")
    assert skus(demo, "keycap") == []
    assert set(skus(demo, "study")) == {"NM-001", "FL-096", "SL-007"}
    assert skus(demo, "desk") == []


def test_a_search_keeps_to_category_price_and_stock(demo):
    assert skus(demo, "null", where=ProductFilter(category="desk", max_price="20.00")) == []
    assert skus(demo, "nu", where=ProductFilter(category="desk")) == ["NM-001"]
    assert skus(demo, "nu", where=ProductFilter(max_price="20.00")) == ["DC-250"]
    assert skus(demo, "nu", where=ProductFilter(in_stock=True)) == ["NM-001", "DC-250"]


@pytest.mark.parametrize("sort", [None, *SortKey])
def test_pages_of_a_search_together_are_all_it_found(demo, sort):
    whole = skus(demo, "co", sort=sort)
    found, after = [], None
    while True:
        page = demo.guest("g").run(search_products, "co", sort=sort, after=after, limit=1)
        found += [product.sku for product in page.items]
        after = page.next
        if after is None:
            break

    assert found == whole
    assert len(whole) > 3


@pytest.mark.parametrize(
    ("query", "meant"),
    [("deskk", "desk"), ("ecsape key", "escape key"), ("mgu", "mug"), ("nihgt shfti", "night shift"), ("zzzz", None)],
)
def test_what_was_meant_is_offered_when_nothing_is_found(demo, query, meant):
    page = demo.guest("g").run(search_products, query)

    assert (page.items, page.did_you_mean) == ((), meant)


@pytest.mark.parametrize("query", HOSTILE)
def test_any_text_is_a_fair_query(demo, query):
    assert demo.guest("g").run(search_products, query).next is None


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=30))
def test_really_any_text_is_a_fair_query(demo, query):
    assert len(demo.guest("g").run(search_products, query).items) <= 16


def test_a_cursor_of_a_list_is_none_of_a_search(demo):
    with pytest.raises(WrongCursor):
        demo.guest("g").run(search_products, "mug", after="abc")


def test_folding_is_the_same_for_what_is_stored_and_what_is_asked():
    assert fold("Crème-Brûlée № 5, ÆON\t(x)") == "creme brulee no 5 æon x"


def test_the_nearest_word_takes_the_fewest_slips():
    assert nearest("dseks", ["desks", "deck", "dusk"]) == "desks"
    assert nearest("word", []) is None


@pytest.mark.parametrize(("most", "found"), [(3, 3), (4, 4), (100, 6)])
def test_of_more_matches_than_are_ranked_those_that_have_the_last_word_whole_are_kept(shop, monkeypatch, most, found):
    for module in (service_search, store_search):
        monkeypatch.setattr(module, "MOST_MATCHES", most)
    rows = [f"W-{number},Mugwort {number},herbs,1.00,published" for number in range(3)]
    rows += [f"M-{number},Plain {number} Mug,desk,1.00,published" for number in range(3)]
    shop.staff().run(import_products, "\n".join(["sku,name,category,price,status", *rows]))

    listed = skus(shop, "mug")

    assert {"M-0", "M-1", "M-2"} <= set(listed)
    assert len(listed) == found


def test_staff_search_any_status_or_all_of_them(demo):
    staff = demo.staff()
    staff.run(archive_product, Sku("NM-001"))

    def found(status):
        return [product.sku for product in staff.run(search_catalogue, "null", status).items]

    assert found(None) == ["NM-001", "DC-250"]
    assert found(ProductStatus.ARCHIVED) == ["NM-001"]
    assert found(ProductStatus.PUBLISHED) == skus(demo, "null") == ["DC-250"]
    assert found(ProductStatus.DRAFT) == []


def test_shoppers_do_not_find_drafts(demo):
    with pytest.raises(NotAllowed):
        demo.shopper("ann").run(search_catalogue, "null", ProductStatus.DRAFT)
