"""Ordering from the command line."""

import pytest

from micromart_cli.session import Session
from tests.core.order_stories import MUG, TEA, fills, lives_at, without_address


@pytest.fixture
def easy(shop):
    """A shop that needs no address, with two products."""
    easy = without_address(shop)
    easy.stocks(TEA, on_hand=5, price="4.50")
    easy.stocks(MUG, on_hand=5, price="24.00")
    yield easy
    easy.close()


def test_checkout_orders_the_cart_and_shows_the_order(cli, easy):
    ann = easy.shopper("ann")
    fills(ann, tea_01=2, nm_001=1)

    ran = cli("checkout", "--note", "ring twice", "--json", by=ann)

    assert ran.code == 0
    order = ran.json
    assert order["number"].startswith("MM-")
    assert (order["status"], order["payment_status"], order["note"]) == ("placed", "unpaid", "ring twice")
    assert order["total"] == {"amount": "33.00", "currency": "USD"}
    assert [(line["sku"], line["quantity"]) for line in order["lines"]] == [(MUG, 1), (TEA, 2)]
    assert [(step["status"], step["actor"]) for step in order["history"]] == [("placed", "ann")]
    assert [mail["template"] for mail in order["mails"]] == ["order-confirmation"]
    assert order["placed_at"] == "2026-01-01T12:00:00Z"


def test_checkout_says_where_the_letter_goes(cli, easy):
    ann = easy.shopper("ann")
    fills(ann, tea_01=1)

    ran = cli("checkout", by=ann)

    assert "ann@example.org" in ran.err
    assert "MM-" in ran.out


def test_a_dry_run_orders_nothing(cli, easy):
    ann = easy.shopper("ann")
    fills(ann, tea_01=2)

    ran = cli("checkout", "--dry-run", "--json", by=ann)

    assert (ran.code, ran.json["dry_run"], ran.json["total"]["amount"]) == (0, True, "9.00")
    assert tuple(easy.raw_stock(TEA)) == (5, 2)
    assert cli("order", "list", "--json", by=ann).json == {"items": [], "next": None}


def test_the_same_key_gives_the_stored_order_and_another_request_is_a_conflict(cli, easy):
    ann = easy.shopper("ann")
    fills(ann, tea_01=2)
    first = cli("checkout", "--idempotency-key", "k-1", "--json", by=ann)

    again = cli("checkout", "--idempotency-key", "k-1", "--json", "--yes", by=ann)
    other = cli("checkout", "--idempotency-key", "k-1", "--note", "else", "--json", by=ann)

    assert (again.code, again.json["id"]) == (0, first.json["id"])
    assert (other.code, other.error["code"]) == (5, "idempotency.key_reused")
    assert tuple(easy.raw_stock(TEA)) == (3, 0)


def test_a_repeated_checkout_says_that_it_was_ordered_before_and_promises_no_second_letter(cli, easy):
    ann = easy.shopper("ann")
    fills(ann, tea_01=2)
    first = cli("checkout", "--idempotency-key", "k-1", by=ann)

    again = cli("checkout", "--idempotency-key", "k-1", by=ann)

    assert "a letter is on its way" in first.err
    assert again.err == "this was done before, under the key “k-1”; nothing was done again\n"
    assert cli("checkout", "--idempotency-key", "k-1", "-q", by=ann).err == ""


def test_a_fresh_checkout_names_the_last_order(cli, easy):
    ann = easy.shopper("ann")
    fills(ann, tea_01=2)
    number = cli("checkout", "--json", by=ann).json["number"]

    ran = cli("checkout", "--json", by=ann)

    assert (ran.code, ran.error["code"]) == (4, "cart.empty")
    assert number in ran.error["why"]


def test_a_guest_is_told_to_sign_in(cli, easy):
    fills(easy.guest("g1"), tea_01=1)

    assert cli("checkout", by=easy.guest("g1")).code == 6


def test_without_an_address_it_says_how_to_add_one(cli, shop):
    shop.stocks(TEA, on_hand=5)
    ann = shop.shopper("ann")
    fills(ann, tea_01=1)

    ran = cli("checkout", "--json", by=ann)

    assert (ran.code, ran.error["try"]) == (4, "micromart address add")


def test_an_unknown_address_is_3(cli, easy):
    ann = easy.shopper("ann")
    fills(ann, tea_01=1)

    assert cli("checkout", "--address", "adr_nowhere", by=ann).code == 3


def test_an_ended_cart_is_ordered_or_11_with_what_changed(cli, easy, clock):
    ann, bob = easy.shopper("ann"), easy.shopper("bob")
    fills(ann, tea_01=2)
    fills(bob, nm_001=4)
    clock.advance(minutes=11)
    fills(easy.shopper("eve"), nm_001=3)

    assert cli("checkout", by=ann).code == 0
    refused = cli("checkout", "--json", by=bob)
    assert (refused.code, refused.error["details"]["missing"]) == (11, [[MUG, 2]])


@pytest.fixture
def at_a_terminal(monkeypatch):
    monkeypatch.setattr(Session, "is_interactive", property(lambda _: True))


def test_at_a_terminal_it_asks_and_holds_everything_to_the_limit(cli, easy, at_a_terminal):
    lives_at(easy, "ann")
    ann = easy.shopper("ann")
    cart = fills(ann, tea_01=2)

    ran = cli("checkout", by=ann, stdin="n\n")

    assert ran.code != 0
    assert "Order 2 things for $9.00, to Ann, 12 Analytical Row, London? [y/N]" in ran.err
    held = cli("cart", "show", "--json", by=ann).json
    assert (held["extended"], held["held_until"]) == (True, f"{cart.hold_limit:%Y-%m-%dT%H:%M:%SZ}")


def test_at_a_terminal_yes_orders(cli, easy, at_a_terminal):
    ann = easy.shopper("ann")
    fills(ann, tea_01=1)

    assert cli("checkout", by=ann, stdin="y\n").code == 0
    assert tuple(easy.raw_stock(TEA)) == (4, 0)


def test_at_a_terminal_yes_given_before_asks_nothing(cli, easy, at_a_terminal):
    ann = easy.shopper("ann")
    fills(ann, tea_01=1)

    ran = cli("checkout", "--yes", by=ann)

    assert ran.code == 0
    assert "[y/N]" not in ran.err


def test_at_a_terminal_a_repeated_checkout_asks_nothing(cli, easy, at_a_terminal):
    ann = easy.shopper("ann")
    fills(ann, tea_01=1)
    cli("checkout", "--idempotency-key", "k-1", by=ann, stdin="y\n")

    again = cli("checkout", "--idempotency-key", "k-1", by=ann)

    assert (again.code, again.err.count("was done before"), "[y/N]" in again.err) == (0, 1, False)


def test_a_dry_run_never_extends_a_hold(cli, easy, at_a_terminal):
    ann = easy.shopper("ann")
    fills(ann, tea_01=1)

    cli("checkout", "--dry-run", by=ann)

    assert cli("cart", "show", "--json", by=ann).json["extended"] is False
