"""micromart search, as people and scripts use it."""

import pytest

from micromart_core.products.demo import seed_demo


@pytest.fixture
def demo(shop):
    shop.operator().run(seed_demo)
    return shop


def test_search_finds_by_words_and_beginnings(cli, demo):
    ran = cli("search", "null", "mu", "--json", by=demo.guest("g"))

    assert [item["sku"] for item in ran.json["items"]] == ["NM-001"]
    assert ran.json["next"] is None


def test_search_takes_the_filters_of_a_list(cli, demo):
    words = ("search", "co", "--category", "coffee", "--in-stock", "--max-price", "20", "--sort", "price", "-o", "ids")

    assert cli(*words, by=demo.guest("g")).out.split() == ["CB-250", "DC-250", "NS-340"]


def test_search_says_what_was_perhaps_meant(cli, demo):
    ran = cli("search", "ecsape", by=demo.guest("g"))

    assert (ran.code, ran.out) == (0, "")
    assert "Did you mean “escape”?" in ran.err
    assert cli("search", "ecsape", "--json", by=demo.guest("g")).json["items"] == []


def test_staff_search_what_is_not_for_sale_too(cli, demo):
    staff = demo.staff()
    cli("product", "archive", "NM-001", by=staff)

    assert cli("search", "null", "mu", "-o", "ids", by=staff).out == ""
    assert cli("search", "null", "mu", "--status", "all", "-o", "ids", by=staff).out.split() == ["NM-001"]
    assert cli("search", "null", "mu", "--status", "draft", "-o", "ids", by=staff).out == ""
    assert cli("search", "null", "--status", "lost", by=staff).code == 2
    assert cli("search", "null", "--status", "all", by=demo.guest("g")).code == 6
