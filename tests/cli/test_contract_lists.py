"""The contract: every list is paged by --limit and --after, and says null where it ends."""

import json
import re

import pytest

ADDRESS = ("--name", "Ann", "--city", "T", "--postcode", "1", "--country", "DE")
SECONDS = re.compile(r"\b\d+ s\b")


def pages_of(cli, *verb, by):
    """Read a list one row at a time; return its rows and how many pages it had."""
    rows, pages, cursor = [], 0, None
    while True:
        page = cli(*verb, "--limit", "1", *(("--after", cursor) if cursor else ()), "--json", by=by).json
        rows, pages, cursor = rows + page["items"], pages + 1, page["next"]
        if cursor is None:
            return rows, pages


def ageless(rows):
    """Leave out how many seconds ago something was: the rows are read one after the other."""
    return json.loads(SECONDS.sub("N s", json.dumps(rows)))


@pytest.mark.parametrize(
    "verb",
    [("config", "list"), ("config", "list", "--origin"), ("doctor",), ("db", "check"), ("help", "exit-codes")],
    ids=" ".join,
)
def test_what_is_listed_without_the_shop_is_paged_too(cli, verb):
    rows, pages = pages_of(cli, *verb, by=None)

    assert ageless(rows) == ageless(cli(*verb, "--limit", "1000", "--json").json["items"])
    assert pages == len(rows) > 1


def test_help_on_permissions_is_paged_and_whole_unless_a_limit_is_given(cli):
    whole = cli("help", "permissions", "--json").json
    first = cli("help", "permissions", "--limit", "60", "--json").json
    rest = cli("help", "permissions", "--after", first["next"], "--json").json

    assert whole["next"] is None
    assert first["items"] + rest["items"] == whole["items"]


@pytest.mark.parametrize(
    "verb",
    [
        ("product", "list"), ("category", "list"), ("search", "the"), ("stock", "list"),
        ("stock", "history", "TEA-01"), ("audit", "list"), ("event", "list"), ("address", "list"), ("job", "list"),
        ("stock", "holds"), ("cart", "list"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_list_read_row_by_row_is_the_whole_list_and_no_page_of_it_is_empty(cli, shop, verb):
    staff = shop.staff()
    for sku in ("TEA-01", "TEA-02"):
        shop.stocks(sku, on_hand=3)
        cli("product", "update", sku, "--name", f"The {sku} anew", by=staff)
        cli("stock", "adjust", sku, "--by", "1", "--reason", "received", by=staff)
        cli("cart", "add", sku, by=staff)
    for street in ("1 Road", "2 Road"):
        cli("address", "add", *ADDRESS, "--line1", street, by=staff)

    rows, pages = pages_of(cli, *verb, by=staff)

    assert rows == cli(*verb, "--json", by=staff).json["items"]
    assert pages == len(rows) > 0


def test_a_cursor_that_no_page_gave_is_refused(cli, shop):
    ran = cli("address", "list", "--after", "nowhere", "--json", by=shop.staff())

    assert (ran.code, ran.error["code"]) == (2, "list.no_cursor")


def test_sales_are_paged_too(cli, shop):
    assert cli("stats", "sales", "--limit", "1", "--json", by=shop.staff()).json == {"items": [], "next": None}
