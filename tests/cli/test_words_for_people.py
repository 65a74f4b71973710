"""What people read: sentences, tables and cards in their own words, while scripts read the same as ever."""

import io
import re

import pytest
from rich.console import Console

from micromart_cli import session as sessions
from micromart_cli.audit_words import change_of
from micromart_cli.demo_stage import _wrapped
from micromart_cli.palette import THEME
from micromart_cli.tables import table_of
from micromart_core.money_words import money_words
from tests.elsewhere import beside_the_database

TEA = "TEA-01"


def drawn(part, width: int) -> str:
    console = Console(file=io.StringIO(), width=width, theme=THEME)
    console.print(part)
    return console.file.getvalue()


def test_a_deleted_product_is_said_to_be_deleted(cli, shop):
    shop.needs_category("tests")
    staff = shop.staff()
    cli("product", "create", TEA, "--name", "Tea", "--category", "tests", "--price", "4.50", by=staff)

    ran = cli("product", "delete", TEA, "--yes", "--json", by=staff)

    assert (ran.code, ran.json["sku"]) == (0, TEA)
    assert "TEA-01 is deleted" in ran.err


def test_a_second_extension_says_that_nothing_changed(cli, shop):
    shop.stocks(TEA, on_hand=5)
    guest = shop.guest("g1")
    cli("cart", "add", TEA, by=guest)

    first, second = (cli("cart", "extend", "--json", by=guest) for _ in range(2))

    assert (first.code, first.err, second.code) == (0, "", 0)
    assert "extended already" in second.err
    assert second.json["held_until"] == first.json["held_until"]


@pytest.mark.parametrize(("more", "code"), [("6", "stock.insufficient"), ("99", "cart.too_much")])
def test_adding_too_much_is_refused_in_the_words_of_who_asked(cli, shop, more, code):
    shop.stocks(TEA, on_hand=8)
    guest = shop.guest("g1")
    cli("cart", "add", TEA, "--quantity", "3", by=guest)

    ran = cli("cart", "add", TEA, "--quantity", more, "--json", by=guest)

    assert (ran.code, ran.error["code"]) == (4, code)
    assert ran.error["message"] == f"You asked for {more} more of TEA-01; 5 are free."


def test_an_option_that_is_an_argument_is_answered_with_its_form(cli, shop):
    ran = cli("cart", "set", TEA, "--quantity", "3", by=shop.guest("g1"))

    assert ran.code == 2
    assert "micromart cart set SKU N" in ran.err
    assert "--quiet" not in ran.err


def test_money_has_one_form():
    assert [money_words("28.50", "USD"), money_words("-1.00", "EUR"), money_words("9.00", "CHF")] == [
        "$28.50",
        "-€1.00",
        "9.00 CHF",
    ]


def test_the_trail_tells_changes_in_words(cli, shop):
    shop.stocks(TEA, on_hand=1, price="4.50")
    cli("product", "update", TEA, "--price", "5.00", by=shop.staff())

    people = cli("audit", "list", by=shop.staff())
    scripts = cli("audit", "list", "--limit", "1", "--json", by=shop.staff()).json["items"]

    assert "price: 4.50 USD -> 5.00 USD" in people.out
    assert "{" not in people.out
    assert scripts[0]["after"] == '{"price":"5.00 USD"}'


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (None, None, ""),
        ("shopper", "admin", "shopper -> admin"),
        (None, '{"name":"Tea","tagline":""}', "name: Tea"),
        ('{"tagline":"hot"}', '{"tagline":""}', "tagline: hot -> nothing"),
    ],
)
def test_a_change_in_words(before, after, told):
    assert change_of(before, after) == told


def test_numbers_are_headed_by_what_they_are_of(cli, shop):
    shop.stocks(TEA, on_hand=3)
    staff = shop.staff()

    assert re.match(r"day +movements", cli("stats", "stock", "--by", "day", by=staff).out)
    assert "\n2026-01-01 " in cli("stats", "stock", "--by", "day", by=staff).out
    assert "00:00" not in cli("stats", "stock", "--by", "day", by=staff).out
    assert re.match(r"product +movements", cli("stats", "stock", by=staff).out)
    assert "No cart holds anything now." in cli("stats", "carts", by=staff).err


def test_a_shopper_sees_what_one_chooses_by_and_staff_see_all(cli, shop):
    shop.stocks(TEA, on_hand=3)
    guest, staff = shop.guest("g1"), shop.staff()

    seen, all_of_it = cli("product", "show", TEA, by=guest).out, cli("product", "show", TEA, by=staff).out

    assert "price" in seen
    for fact in ("version", "tint", "reorder level", "status"):
        assert fact not in seen
        assert fact in all_of_it
    assert seen.count(TEA) == 2  # the title: its SKU, and its name, which holds it
    assert "version" in cli("product", "show", TEA, "-v", by=guest).out
    assert "status" not in cli("product", "list", by=guest).out
    assert "status" in cli("product", "list", "--status", "all", by=staff).out


def test_a_narrow_terminal_drops_columns_and_breaks_no_heading():
    rows = [{"name": "a name of some length", "tagline": "long and lovely words", "quantity": 3, "note": "x"}]
    table = table_of(rows, ("name", "tagline", "quantity", "note"))

    narrow, wide = drawn(table, 35), drawn(table, 80)

    assert "tagline" in wide
    assert "quantity" in narrow
    assert "in a wider terminal also: tagline, note" in " ".join(narrow.split())


def test_a_narrow_terminal_keeps_what_a_product_is_bought_by():
    row = {"sku": "NM-001", "name": "Null Mug", "category": "kitchen", "tagline": "stoneware", "price": 24, "left": 4}
    table = table_of([row], tuple(row))

    heading, *others = drawn(table, 36).splitlines()

    assert heading.split() == ["sku", "name", "price", "left"]
    assert "in a wider terminal also: category, tagline" in " ".join(" ".join(others).split())


def test_a_long_command_breaks_before_an_option_and_can_be_copied():
    shown = _wrapped('micromart address add --name "Ada Lovelace" --city London --country GB', 50)

    assert shown.splitlines() == ['micromart address add --name "Ada Lovelace" \\', "    --city London --country GB"]


def test_help_says_what_a_dot_means(cli):
    told = cli("help", "permissions").err
    assert "middle dot" in told
    assert "stands twice" in told
    assert cli("help", "permissions", "-q").err == ""


@beside_the_database("enter takes the code from the letter of an offline shop, which lies beside that shop")
def test_a_weak_password_is_asked_for_again_at_a_terminal_only(cli, monkeypatch):
    given = iter(["short", "canary kettle on the hob"])
    asked = []
    monkeypatch.setattr("micromart_cli.asking.getpass", lambda prompt, _: asked.append(prompt) or next(given))
    assert cli("auth", "register", "--username", "u", "--email", "u@example.org", "--password-stdin").code == 2
    monkeypatch.setattr(sessions.Session, "is_interactive", property(lambda _: True))

    ran = cli("auth", "register", "--username", "ann", "--email", "ann@example.org", stdin="\n")

    assert (ran.code, asked) == (0, ["Password (12 signs or more): "] * 2)
