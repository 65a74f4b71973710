"""micromart category, as scripts use it."""

import pytest

from micromart_core.products.demo import seed_demo


@pytest.fixture
def demo(shop):
    shop.operator().run(seed_demo)
    return shop


def test_categories_are_listed_with_their_number_of_products(cli, demo):
    listed = cli("category", "list", "--json", by=demo.guest("g")).json

    assert [(item["name"], item["products"]) for item in listed["items"]][:2] == [("coffee", 4), ("desk", 4)]
    assert listed["next"] is None


def test_a_category_is_made_renamed_and_removed(cli, shop):
    staff = shop.staff()

    assert cli("category", "create", "Tea & Cups", "--json", by=staff).json["products"] == 0
    assert cli("category", "create", "tea cups", by=staff).code == 4
    assert cli("category", "rename", "tea cups", "Cups", "--json", by=staff).json["name"] == "Cups"
    assert cli("category", "remove", "cups", by=staff).code == 2
    assert cli("category", "remove", "cups", "--yes", by=staff).code == 0
    assert cli("category", "remove", "cups", "--yes", by=staff).code == 3


def test_a_category_with_products_stays(cli, demo):
    ran = cli("category", "remove", "desk", "--yes", "--json", by=demo.staff())

    assert (ran.code, ran.error["code"], ran.error["details"]["products"]) == (4, "category.in_use", 4)
