"""micromart stock: the contract of its verbs."""

import pytest

from micromart_core.carts.service import set_quantity
from micromart_core.inventory.model import Sku

TEA = Sku("TEA-01")


def adjust(cli, by, *more, change="4"):
    return cli("stock", "adjust", "tea-01", "--by", change, "--reason", "received", "--json", *more, by=by)


@pytest.fixture
def stocked(shop):
    shop.stocks(TEA, on_hand=3)
    return shop


def test_show_has_the_shape_of_a_level(cli, stocked):
    ran = cli("stock", "show", "TEA-01", "--json", by=stocked.staff())

    assert ran.json == {
        "sku": "TEA-01",
        "on_hand": 3,
        "held": 0,
        "reorder_level": 0,
        "version": 0,
        "available": 3,
        "low": False,
    }


def test_list_is_paged_and_can_be_only_what_is_low(cli, stocked):
    stocked.stocks("MUG-01", on_hand=0)
    stocked.stocks("POT-01", on_hand=9)

    page = cli("stock", "list", "--limit", "2", "--json", by=stocked.staff()).json
    low = cli("stock", "list", "--low", "-o", "ids", by=stocked.staff())

    assert ([level["sku"] for level in page["items"]], page["next"]) == (["MUG-01", "POT-01"], "POT-01")
    assert low.out == "MUG-01\n"


def test_adjust_tells_the_new_level(cli, stocked):
    ran = adjust(cli, stocked.staff())

    assert (ran.code, ran.json["on_hand"], ran.json["version"]) == (0, 7, 1)


def test_adjust_takes_away_with_a_minus(cli, stocked):
    assert adjust(cli, stocked.staff(), change="-2").json["on_hand"] == 1


def test_a_dry_run_has_the_same_shape_and_changes_nothing(cli, stocked):
    ran = adjust(cli, stocked.staff(), "--dry-run")

    assert (ran.json["dry_run"], ran.json["on_hand"]) == (True, 7)
    assert stocked.raw_stock(TEA).on_hand == 3


def test_the_same_key_changes_once_and_another_request_is_a_conflict(cli, stocked):
    first = adjust(cli, stocked.staff(), "--idempotency-key", "k1")

    assert adjust(cli, stocked.staff(), "--idempotency-key", "k1").json == first.json
    assert adjust(cli, stocked.staff(), "--idempotency-key", "k1", change="5").code == 5
    assert stocked.raw_stock(TEA).on_hand == 7


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("stock", "adjust", "TEA-01", "--by", "0", "--reason", "received"), 2),
        (("stock", "adjust", "TEA-01", "--by", "x", "--reason", "received"), 2),
        (("stock", "adjust", "TEA-01", "--by", "2000000000", "--reason", "received"), 2),
        (("stock", "adjust", "TEA-01", "--by", "1"), 2),
        (("stock", "adjust", "TEA-01", "--by", "1", "--reason", "No Reason"), 2),
        (("stock", "adjust", "TEA-01", "--by", "1", "--reason", "gift", "--evict", "oldest"), 2),
        (("stock", "count", "TEA-01", "many", "--reason", "count"), 2),
        (("stock", "adjust", "NOTHING", "--by", "1", "--reason", "gift"), 3),
        (("stock", "show", "NOTHING"), 3),
        (("stock", "history", "NOTHING"), 3),
        (("stock", "holds", "NOTHING"), 3),
        (("stock", "undo", "nothing"), 3),
        (("stock", "release", "cart_nobody", "--reason", "recall"), 3),
        (("stock", "adjust", "TEA-01", "--by", "-4", "--reason", "loss"), 4),
        (("stock", "adjust", "TEA-01", "--by", "1", "--reason", "gift", "--if-version", "7"), 5),
        (("stock", "history", "TEA-01", "--since", "yesterday"), 2),
        (("stock", "import", "nowhere.csv", "--run-id", "r1"), 2),
        (("stock", "import", "-", "--run-id", "two words"), 2),
        (("stats", "stock", "--by", "moon"), 2),
    ],
)
def test_exit_codes_of_what_cannot_be(cli, stocked, words, code):
    assert cli(*words, by=stocked.staff()).code == code


def test_guests_sign_in_first_and_shoppers_may_not(cli, stocked):
    assert adjust(cli, stocked.guest("ann")).code == 6
    assert adjust(cli, stocked.shopper("ann")).code == 7
    assert cli("stock", "list", by=stocked.shopper("ann")).code == 7
    assert adjust(cli, stocked.guest("ann"), change="0").code == 2


def test_below_what_is_held_is_refused_with_the_arithmetic(cli, stocked):
    stocked.guest("ann").run(set_quantity, TEA, 2)

    ran = cli("stock", "count", "TEA-01", "1", "--reason", "count", "--json", by=stocked.staff())

    assert (ran.code, ran.error["code"]) == (4, "stock.below_held")
    assert ran.error["details"] == {"sku": "TEA-01", "on_hand": 3, "wanted": 1, "held": 2}


def test_evicting_needs_yes_and_says_so_only_when_it_could_be_done(cli, stocked):
    cart = stocked.guest("ann").run(set_quantity, TEA, 2).id
    count = ("stock", "count", "TEA-01", "1", "--reason", "count", "--evict", "newest", "--json")

    assert cli(*count, by=stocked.staff()).code == 2
    assert cli(*count, "--if-version", "9", by=stocked.staff()).code == 5
    assert stocked.raw_stock(TEA) == (3, 2)
    assert cli(*count, "--yes", by=stocked.staff()).json["on_hand"] == 1
    assert stocked.rows("SELECT key FROM outbox WHERE type = 'cart.lines_released'") == [(cart,)]


def test_explain_shows_who_holds_it(cli, stocked):
    cart = stocked.guest("ann").run(set_quantity, TEA, 2)

    told = cli("stock", "explain", "TEA-01", "--json", by=stocked.staff()).json

    until = cart.held_until.isoformat().replace("+00:00", "Z")
    assert told["holds"] == [{"cart": cart.id, "quantity": 2, "until": until}]
    assert told["arithmetic"] == "3 on hand - 2 held in 1 cart = 1 available"
    assert (told["available"], told["held"], told["low"]) == (1, 2, False)


def test_holds_are_listed_and_released(cli, stocked):
    cart = stocked.guest("ann").run(set_quantity, TEA, 2).id
    release = ("stock", "release", cart, "TEA-01", "--reason", "recall", "--json")

    listed = cli("stock", "holds", "TEA-01", "--json", by=stocked.staff()).json
    assert [(hold["cart"], hold["quantity"]) for hold in listed["items"]] == [(cart, 2)]
    assert cli(*release, by=stocked.staff()).code == 2
    done = cli(*release, "--yes", by=stocked.staff())

    assert done.json == {"cart": cart, "lines": [{"sku": "TEA-01", "quantity": 2}], "reason": "recall"}
    assert stocked.raw_stock(TEA) == (3, 0)


def test_history_has_the_shape_of_movements(cli, stocked, clock):
    clock.advance(hours=1)
    adjust(cli, stocked.staff("stan"), "--note", "truck 9")

    items = cli("stock", "history", "TEA-01", "--json", by=stocked.staff()).json["items"]
    before = cli("stock", "history", "TEA-01", "--at", "2026-01-01T12:30:00Z", by=stocked.staff())

    assert items[0] == {
        "id": items[0]["id"],
        "sku": "TEA-01",
        "change": 4,
        "balance": 7,
        "reason": "received",
        "note": "truck 9",
        "actor": "stan",
        "order": None,
        "run_id": None,
        "at": "2026-01-01T13:00:00Z",
        "trace_id": items[0]["trace_id"],
    }
    assert len(items[0]["trace_id"]) == 32
    assert "on hand then: 3" in before.err


def test_an_import_is_done_once_and_undone_once(cli, stocked, tmp_path):
    file = tmp_path / "delivery.csv"
    file.write_text("sku,by,reason\nTEA-01,5,delivery\n")
    run = ("stock", "import", str(file), "--run-id", "r1", "--json")

    assert cli(*run, "--dry-run", by=stocked.staff()).json["dry_run"] is True
    first = cli(*run, by=stocked.staff()).json
    assert first == {"run_id": "r1", "applied": 1, "rejected": [], "dry_run": False}
    assert cli(*run, by=stocked.staff()).json == first
    assert stocked.raw_stock(TEA).on_hand == 8
    assert cli("stock", "undo", "r1", by=stocked.staff()).code == 2
    assert cli("stock", "undo", "r1", "--yes", by=stocked.staff()).code == 0
    assert cli("stock", "undo", "r1", "--yes", by=stocked.staff()).code == 4
    assert stocked.raw_stock(TEA).on_hand == 3


def test_a_repeated_import_says_that_it_was_applied_before(cli, stocked, tmp_path):
    file = tmp_path / "delivery.csv"
    file.write_text("sku,by,reason\nTEA-01,5,delivery\n")
    run = ("stock", "import", str(file), "--run-id", "r1")

    first, again = cli(*run, by=stocked.staff()), cli(*run, by=stocked.staff())
    script, silent = cli(*run, "--json", by=stocked.staff()), cli(*run, "-q", by=stocked.staff())

    assert "before" not in first.err
    assert again.err == "the run r1 was applied before; nothing was changed again\n"
    assert (script.err, silent.err) == (again.err, "")


def test_bad_rows_end_with_65_and_partly_with_9(cli, stocked):
    text = "sku,by,reason\nTEA-01,5,delivery\nTEA-01,none,delivery\n"

    whole = cli("stock", "import", "-", "--run-id", "r1", "--json", by=stocked.staff(), stdin=text)
    assert (whole.code, whole.error["code"], whole.error["details"]["rows"][0][0]) == (65, "bad_rows", 3)
    assert stocked.raw_stock(TEA).on_hand == 3

    partly = cli("stock", "import", "-", "--run-id", "r2", "--partial", "--json", by=stocked.staff(), stdin=text)
    assert (partly.code, partly.json["applied"], [row["row"] for row in partly.json["rejected"]]) == (9, 1, [3])
    assert stocked.raw_stock(TEA).on_hand == 8


def test_several_bad_rows_are_told_in_whole_sentences(cli, stocked):
    text = "sku,on_hand,reason\nTEA-01,-1,delivery\nTEA-01,none,delivery\n"

    told = cli("stock", "import", "-", "--run-id", "r1", by=stocked.staff(), stdin=text).err

    assert "1000000000; row 3: on_hand" in told


def test_a_file_that_is_no_text_is_a_bad_row(cli, stocked, tmp_path):
    file = tmp_path / "picture.csv"
    file.write_bytes(b"sku,by,reason\n\xff\xfe\n")

    ran = cli("stock", "import", str(file), "--run-id", "r1", "--json", by=stocked.staff())

    assert (ran.code, ran.error["details"]["rows"]) == (65, [[2, "the file is not UTF-8"]])


def test_verify_ends_with_1_when_something_differs_and_fix_mends_the_counter(cli, stocked):
    assert cli("stock", "verify", "--json", by=stocked.staff()).json["ok"] is True
    with stocked.database.begin(writes=True) as opened:
        opened.connection.exec_driver_sql("UPDATE stock SET held = 1")
        opened.commit()

    ran = cli("stock", "verify", "--json", by=stocked.staff())
    assert (ran.code, ran.json["violations"]) == (1, [{"sku": TEA, "kind": "held", "stored": 1, "expected": 0}])
    assert cli("stock", "verify", "--fix", "--dry-run", "--json", by=stocked.staff()).json["repaired"] == [TEA]
    assert stocked.raw_stock(TEA).held == 1
    assert cli("stock", "verify", "--fix", by=stocked.staff()).code == 0
    assert stocked.raw_stock(TEA).held == 0


def test_stats_count_movements(cli, stocked):
    adjust(cli, stocked.staff(), change="-1")

    ran = cli("stats", "stock", "--json", by=stocked.staff())

    assert ran.json["items"] == [{"key": TEA, "movements": 2, "added": 3, "sold": 0, "removed": 1, "change": 2}]
