"""Orders from the command line: the shopper's own, and what staff does with them."""

import csv
import io

import pytest

from micromart_core.orders.service import place_order
from micromart_core.permissions import Role
from tests.core.order_stories import MUG, TEA, CountsStatements, buys, fills, lives_at, without_address


@pytest.fixture
def easy(shop):
    """A shop that needs no address, with two products."""
    easy = without_address(shop)
    easy.stocks(TEA, on_hand=50, price="4.50")
    easy.stocks(MUG, on_hand=50, price="24.00")
    yield easy
    easy.close()


@pytest.fixture
def stan(easy):
    return easy.staff("stan", Role.ORDER_MANAGER)


@pytest.fixture
def order(easy):
    """Two teas and a mug, ordered by ann."""
    ann = easy.shopper("ann")
    fills(ann, tea_01=2, nm_001=1)
    return ann.run(place_order)


def test_shoppers_list_their_own_orders(cli, easy, order):
    buys(easy.shopper("bob"), TEA)

    ran = cli("order", "list", "--json", by=easy.shopper("ann"))

    assert ran.json == {"items": [cli("order", "show", order.id, "--json", by=easy.shopper("ann")).json], "next": None}
    (listed,) = ran.json["items"]
    assert (listed["id"], listed["items"], listed["total"]["amount"]) == (order.id, 3, "33.00")
    assert [line["sku"] for line in listed["lines"]] == [MUG, TEA]
    assert [step["status"] for step in listed["history"]] == ["placed"]
    assert [mail["template"] for mail in listed["mails"]] == ["order-confirmation"]


def test_whole_orders_are_listed_in_as_many_statements_as_one(cli, easy, stan):
    ann, counted = easy.shopper("ann"), {}
    for orders in (1, 20):
        for _ in range(orders - len(counted)):
            buys(ann, TEA)
        easy.deliver()
        with CountsStatements(easy) as statements:
            listed = cli("order", "list", "--all", "--json", by=stan).json["items"]
        assert [len(order["mails"]) for order in listed] == [1] * orders
        counted[orders] = statements.count

    assert counted[1] == counted[20]


def test_a_list_of_orders_is_short_for_people_and_one_row_an_order_in_csv(cli, easy, order):
    ann = easy.shopper("ann")
    lives_at(easy, "ann", line1="=1+1")
    buys(ann, TEA)

    table = cli("order", "list", by=ann).out.splitlines()
    listed = cli("order", "list", "--limit", "1", "-o", "csv", by=ann)

    assert len(table) == 1 + 2
    assert "The TEA-01" not in "".join(table)
    (row,) = csv.DictReader(io.StringIO(listed.out))
    assert (row["items"], row["total"], row["line1"]) == ("1", "4.50", "'=1+1")
    assert "--after" in listed.err
    assert cli("order", "list", "-o", "csv", by=easy.shopper("bob")).out.startswith("number,id,placed_at,")


def test_lists_go_on_after_the_cursor(cli, easy, clock):
    ann = easy.shopper("ann")
    for _ in range(3):
        buys(ann, TEA)
        clock.advance(minutes=1)

    first = cli("order", "list", "--limit", "2", "--json", by=ann).json
    second = cli("order", "list", "--limit", "2", "--after", first["next"], "--json", by=ann).json

    assert (len(first["items"]), len(second["items"]), second["next"]) == (2, 1, None)


def test_staff_lists_everybodys_orders_by_status(cli, easy, stan, order):
    buys(easy.shopper("bob"), TEA)
    cli("order", "pack", order.number, by=stan)

    packed = cli("order", "list", "--all", "--status", "packed", "-o", "ids", by=stan)
    everything = cli("order", "list", "--all", "--since", "2026-01-01", "-o", "ids", by=stan)

    assert packed.out == f"{order.id}\n"
    assert len(everything.out.splitlines()) == 2
    assert cli("order", "list", "--all", by=easy.shopper("ann")).code == 7
    assert cli("order", "list", "--status", "packed", by=stan).code == 2


def test_show_has_history_and_letters(cli, easy, order):
    ran = cli("order", "show", order.number.lower(), "--json", by=easy.shopper("ann"))

    assert ran.json["id"] == order.id
    assert [mail["template"] for mail in ran.json["mails"]] == ["order-confirmation"]


def test_a_strangers_order_is_unknown(cli, easy, order):
    assert cli("order", "show", order.number, by=easy.shopper("bob")).code == 3
    assert cli("order", "show", order.number, by=easy.guest("g1")).code == 6


def test_an_order_for_people_names_everything(cli, easy, order):
    ran = cli("order", "show", order.number, by=easy.shopper("ann"))

    for words in (order.number, "The TEA-01", "$33.00", "placed"):
        assert words in ran.out


def test_staff_moves_an_order_to_the_door(cli, stan, order):
    for verb in ("pay", "pack"):
        assert cli("order", verb, order.number, by=stan).code == 0
    shipped = cli("order", "ship", order.number, "--tracking", "1Z 999", "--json", by=stan).json
    delivered = cli("order", "deliver", order.number, "--json", by=stan).json

    assert (shipped["status"], shipped["tracking"]) == ("shipped", "1Z 999")
    assert [step["status"] for step in delivered["history"]] == ["placed", "paid", "packed", "shipped", "delivered"]


def test_a_move_from_the_wrong_place_is_4_with_the_facts(cli, stan, order):
    ran = cli("order", "ship", order.number, "--json", by=stan)

    assert (ran.code, ran.error["code"]) == (4, "order.wrong_status")
    assert ran.error["details"] == {"order": order.number, "status": "placed", "move": "ship"}


@pytest.mark.parametrize("verb", ["pay", "pack", "ship", "deliver", "refund", "return"])
def test_what_is_checked_comes_in_order(cli, easy, order, verb):
    assert cli("order", verb, order.number, by=easy.guest("g1")).code == 6
    assert cli("order", verb, order.number, by=easy.shopper("ann")).code == 7
    assert cli("order", verb, "MM-AAAAAA", by=easy.staff()).code == 3


def test_cancel_needs_a_yes_after_everything_else(cli, easy, stan, order):
    ann = easy.shopper("ann")

    assert cli("order", "cancel", order.number, by=easy.guest("g1")).code == 6
    assert cli("order", "cancel", "MM-AAAAAA", by=ann).code == 3
    assert cli("order", "cancel", order.number, by=ann).code == 2
    assert tuple(easy.raw_stock(TEA)) == (48, 0)

    ran = cli("order", "cancel", order.number, "--yes", "--json", by=ann)
    assert (ran.code, ran.json["status"]) == (0, "cancelled")
    assert tuple(easy.raw_stock(TEA)) == (50, 0)
    assert cli("order", "cancel", order.number, by=ann).code == 4


def test_refund_needs_a_yes(cli, stan, order):
    cli("order", "pay", order.number, by=stan)

    assert cli("order", "refund", order.number, by=stan).code == 2
    assert cli("order", "refund", order.number, "--yes", "--json", by=stan).json["payment_status"] == "refunded"


def test_a_dry_run_moves_nothing(cli, easy, stan, order):
    ran = cli("order", "cancel", order.number, "--dry-run", "--json", by=stan)

    assert (ran.code, ran.json["dry_run"], ran.json["status"]) == (0, True, "cancelled")
    assert cli("order", "show", order.number, "--json", by=stan).json["status"] == "placed"
    assert tuple(easy.raw_stock(TEA)) == (48, 0)


def test_the_same_key_moves_once_and_another_request_is_a_conflict(cli, stan, order):
    first = cli("order", "pack", order.number, "--idempotency-key", "k-1", "--json", by=stan)
    again = cli("order", "pack", order.number, "--idempotency-key", "k-1", "--json", by=stan)
    other = cli("order", "ship", order.number, "--idempotency-key", "k-1", by=stan)

    assert (again.code, again.json["version"]) == (0, first.json["version"])
    assert other.code == 5


def test_one_line_comes_back_and_is_restocked_unless_damaged(cli, easy, stan, order):
    cli("order", "pack", order.number, by=stan)
    cli("order", "ship", order.number, by=stan)

    one = cli("order", "return", order.number, "--line", TEA.lower(), "--json", by=stan)
    rest = cli("order", "return", order.number, "--no-restock", "--json", by=stan)

    assert {line["sku"]: line["returned"] for line in one.json["lines"]} == {TEA: True, MUG: False}
    assert rest.json["status"] == "returned"
    assert (tuple(easy.raw_stock(TEA)), tuple(easy.raw_stock(MUG))) == ((50, 0), (49, 0))
    assert cli("order", "return", order.number, "--line", TEA, by=stan).code == 4


def test_a_receipt_is_text_or_html(cli, easy, order):
    ann = easy.shopper("ann")

    plain = cli("order", "receipt", order.number, by=ann)
    html = cli("order", "receipt", order.number, "--format", "html", by=ann)
    wrapped = cli("order", "receipt", order.number, "--json", by=ann)

    assert plain.out.endswith("  thank you\n")
    assert max(len(line) for line in plain.out.splitlines()) == 72
    assert html.out.startswith("<!doctype html>")
    assert html.out.endswith("</html>\n")
    assert (wrapped.json["order"], wrapped.json["text"]) == (order.number, plain.out)


def test_an_export_is_csv_that_spreadsheets_take_for_text(cli, easy, stan, clock):
    lives_at(easy, "ann", line1="=1+1")
    for _ in range(3):
        buys(easy.shopper("ann"), TEA)
        clock.advance(minutes=1)

    ran = cli("order", "export", by=stan)

    rows = list(csv.DictReader(io.StringIO(ran.out)))
    assert [(row["items"], row["total"], row["currency"], row["line1"]) for row in rows] == [
        ("1", "4.50", "USD", "'=1+1")
    ] * 3
    assert [row["placed_at"] for row in rows] == sorted(row["placed_at"] for row in rows)
    assert len(cli("order", "export", "--since", "2026-01-01T12:01:00Z", "-o", "jsonl", by=stan).lines) == 2
    exported = cli("order", "export", "--json", by=stan).json["items"][0]
    assert (len(exported["lines"]), len(exported["mails"])) == (1, 1)


def test_quiet_leaves_out_the_words_about_an_export_or_a_receipt_but_never_the_file_itself(cli, easy, stan, order):
    ann = easy.shopper("ann")
    for verb in (("order", "export"), ("order", "export", "--json"), ("order", "receipt", order.number)):
        loud, quiet = cli(*verb, by=stan), cli(*verb, "-q", by=stan)
        assert quiet.out == loud.out != ""
        assert quiet.err == ""

    for output in ("table", "csv", "json"):
        assert cli("order", "list", "-q", "-o", output, by=ann).out == ""


def test_an_export_of_nothing_has_its_header(cli, stan):
    assert cli("order", "export", by=stan).out.startswith("number,id,placed_at,")


def test_an_export_goes_on_beyond_one_page(cli, easy, stan, monkeypatch):
    from micromart_cli import order_export

    monkeypatch.setattr(order_export, "PAGE", 2)
    orders = [buys(easy.shopper("ann"), TEA) for _ in range(5)]

    ran = cli("order", "export", "-o", "csv", by=stan)

    assert sorted(row["id"] for row in csv.DictReader(io.StringIO(ran.out))) == sorted(order.id for order in orders)


def test_sales_and_carts_in_numbers(cli, easy, stan, order):
    fills(easy.guest("g1"), tea_01=3)

    sales = cli("stats", "sales", "--by", "product", "--json", by=stan).json
    carts = cli("stats", "carts", "--json", by=stan).json

    assert [(row["key"], row["units"]) for row in sales["items"]] == [(MUG, 1), (TEA, 2)]
    assert (carts["holding"], carts["held_units"]) == (1, 3)
    assert cli("stats", "sales", "--since", "yesterday", by=stan).code == 2
    assert cli("stats", "sales", by=easy.shopper("ann")).code == 7
