"""micromart dead: what nobody could take in is looked at, retried, or dropped after asking."""

import pytest

from micromart_core import dead_letters
from micromart_core.events import seal
from micromart_core.inventory.model import StockLow


@pytest.fixture
def shop_with_dead(shop):
    """A shop with two dead letters."""
    with shop.database.begin(writes=True) as opened:
        for number in (1, 2):
            event = StockLow(sku="TEA-01", on_hand=number, reorder_level=5)
            envelope = seal(event, event_id=f"evt_{number}", at=opened.now, trace_id="t")
            dead_letters.save(opened.connection, envelope, error="KeyError: \x1b[31mboom", attempts=6, at=opened.now)
        opened.commit()
    return shop


def ids(cli, shop) -> list[str]:
    return cli("dead", "list", "-o", "ids", by=shop.operator()).out.split()


def test_dead_letters_are_listed_and_shown_harmlessly(cli, shop_with_dead):
    operator = shop_with_dead.operator()
    page = cli("dead", "list", "--limit", "1", "--json", by=operator).json
    shown = cli("dead", "show", "evt_1", by=operator)

    assert (page["items"][0]["id"], page["next"]) == ("evt_1", "evt_1")
    assert page["items"][0]["error"] == "KeyError: \x1b[31mboom"
    assert "boom" in shown.out
    assert "\x1b" not in shown.out


def test_a_retried_letter_waits_for_delivery_again(cli, shop_with_dead):
    operator = shop_with_dead.operator()

    assert cli("dead", "retry", "evt_1", "--dry-run", by=operator).code == 0
    assert ids(cli, shop_with_dead) == ["evt_1", "evt_2"]
    retried = cli("dead", "retry", "evt_1", "evt_2", "--json", by=operator)

    assert [letter["id"] for letter in retried.json["items"]] == ["evt_1", "evt_2"]
    assert ids(cli, shop_with_dead) == []
    assert shop_with_dead.rows("SELECT count(*) FROM outbox WHERE type = 'stock.low'")[0][0] == 2


def test_dropping_asks_first(cli, shop_with_dead):
    operator = shop_with_dead.operator()

    assert cli("dead", "drop", "evt_1", "evt_none", by=operator).code == 3
    unasked = cli("dead", "drop", "evt_1", "--json", by=operator)
    assert (unasked.code, unasked.error["details"]["flag"]) == (2, "--yes")
    assert len(ids(cli, shop_with_dead)) == 2

    assert cli("dead", "drop", "evt_1", "--yes", by=operator).code == 0
    assert ids(cli, shop_with_dead) == ["evt_2"]


def test_an_unknown_letter_is_not_found(cli, shop):
    for verb in ("show", "retry", "drop"):
        assert cli("dead", verb, "evt_none", by=shop.operator()).code == 3


def test_nobody_signs_in_beside_the_database(cli, shop_with_dead):
    assert cli("dead", "list", by=shop_with_dead.guest("g")).code == 0


@pytest.mark.parametrize("letter_id", ["evt_\x1b[2J", "evt_\n\u202e", "evt_\x9b31m", "=cmd()"])
def test_a_letter_of_an_older_release_is_harmless_in_every_format(cli, shop, letter_id):
    hostile = {"type": "x\x1b[2J", "body": "\x1b]0;owned\x07\x9b", "error": "\x1b[31m\r\n\u202e", "attempts": 1}
    with shop.database.begin(writes=True) as opened:
        row = {"id": letter_id, "at": opened.now} | hostile
        opened.connection.execute(dead_letters.dead_letters.insert().values(row))
        opened.commit()

    operator = shop.operator()
    for words in (["list"], ["show", letter_id], ["retry", letter_id], ["drop", letter_id, "--yes"]):
        dry = ["--dry-run"] if words[0] in ("retry", "drop") else []
        for form in ("table", "json", "jsonl", "csv", "ids"):
            told = cli("dead", *words, *dry, "-o", form, by=operator)
            assert told.code in (0, 4)
            assert [character for character in told.out + told.err if character in "\x1b\x9b\x07\u202e\0"] == []
