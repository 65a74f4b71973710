"""A file changes the stock of many products at once, once for each run id, and can be undone once."""

import pytest
from msgspec.structs import replace

from micromart_core.carts.service import set_quantity
from micromart_core.errors import BadRows, InvalidValue
from micromart_core.inventory.model import Reason, Sku
from micromart_core.inventory.model_runs import RejectedRow, RowsRefused, RunReused, RunUndone, UnknownRun
from micromart_core.inventory.service_import import import_good_rows, import_stock, undo_import
from micromart_core.inventory.service_ledger import list_movements
from micromart_core.inventory.service_stock import adjust_stock
from micromart_core.inventory.service_verify import verify_stock

TEA, MUG = Sku("TEA-01"), Sku("MUG-01")
DELIVERY = "sku,by,reason,note\nTEA-01,5,delivery,pallet 3\nmug-01,+2,delivery,\nTEA-01,-1,damage,one broke\n"


@pytest.fixture
def stocked(shop):
    shop.stocks(TEA, on_hand=3)
    shop.stocks(MUG, on_hand=3)
    return shop


def test_every_row_of_a_file_is_applied(stocked):
    result = stocked.staff("stan").run(import_stock, DELIVERY, "delivery-1")

    assert (result.run_id, result.applied, result.rejected) == ("delivery-1", 3, ())
    assert (stocked.raw_stock(TEA).on_hand, stocked.raw_stock(MUG).on_hand) == (7, 5)
    newest = stocked.staff().run(list_movements, TEA).items[:2]
    assert [(each.change, each.balance, each.reason, each.note) for each in newest] == [
        (-1, 7, "damage", "one broke"),
        (5, 8, "delivery", "pallet 3"),
    ]
    assert {(each.actor, each.run_id) for each in newest} == {("stan", "delivery-1")}
    assert stocked.staff().run(verify_stock).ok


def test_a_file_may_count(stocked):
    stocked.staff().run(import_stock, "sku,on_hand,reason\nTEA-01,9,count\nMUG-01,3,count\n", "count-1")

    assert (stocked.raw_stock(TEA).on_hand, stocked.raw_stock(MUG).on_hand) == (9, 3)
    assert stocked.staff().run(list_movements, MUG).items[0].change == 0


def test_the_same_run_is_done_once(stocked):
    first = stocked.staff().run(import_stock, DELIVERY, "delivery-1")

    assert stocked.staff().run(import_stock, DELIVERY, "delivery-1") == replace(first, was_done=True)
    assert stocked.raw_stock(TEA).on_hand == 7


def test_other_rows_under_the_same_run_id_are_a_conflict(stocked):
    stocked.staff().run(import_stock, DELIVERY, "delivery-1")

    with pytest.raises(RunReused) as refusal:
        stocked.staff().run(import_stock, DELIVERY + "TEA-01,1,gift,\n", "delivery-1")

    assert refusal.value.exit_code == 5


BAD = """sku,by,on_hand,reason,note
TEA-01,5,,delivery,
NOTHING,5,,delivery,
TEA-01,0,,delivery,
TEA-01,,,delivery,
TEA-01,1,1,delivery,
TEA-01,1.5,,delivery,
TEA-01,1,,Bad Reason,
TEA-01,,-4,count,
,1,,delivery,
TEA-01,1
"""


def test_all_bad_rows_are_named_and_nothing_is_applied(stocked):
    with pytest.raises(BadRows) as refusal:
        stocked.staff().run(import_stock, BAD, "bad-1")

    assert [number for number, _ in refusal.value.rows] == [3, 4, 5, 6, 7, 8, 9, 10, 11]
    assert all(error for _, error in refusal.value.rows)
    assert stocked.raw_stock(TEA).on_hand == 3
    assert stocked.rows("SELECT * FROM stock_runs") == []


def test_a_partial_run_applies_the_good_rows_and_names_the_others(stocked):
    stocked.guest("ann").run(set_quantity, MUG, 2)
    text = BAD + "MUG-01,-2,,damage,\nMUG-01,-1,,damage,\n"

    result = stocked.staff().run(import_good_rows, text, "part-1")

    assert result.applied == 2
    assert [each.row for each in result.rejected] == [3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
    assert result.rejected[-1].error.startswith("MUG-01 cannot go to 1: 2 are held in carts. On hand 3, held 2")
    assert (stocked.raw_stock(TEA), stocked.raw_stock(MUG)) == ((8, 0), (2, 2))
    assert stocked.staff().run(import_good_rows, text, "part-1") == replace(result, was_done=True)


def test_a_rule_refuses_a_whole_file_with_the_arithmetic(stocked):
    stocked.guest("ann").run(set_quantity, MUG, 2)

    with pytest.raises(RowsRefused) as refusal:
        stocked.staff().run(import_stock, "sku,by,reason\nTEA-01,5,delivery\nMUG-01,-2,damage\n", "rule-1")

    assert refusal.value.exit_code == 4
    assert "On hand 3, held 2, so at least 2 must stay" in refusal.value.why
    assert stocked.raw_stock(TEA).on_hand == 3


def test_ended_holds_give_way_to_an_import(stocked, clock):
    stocked.guest("ann").run(set_quantity, MUG, 3)
    clock.advance(minutes=10)

    stocked.staff().run(import_stock, "sku,on_hand,reason\nMUG-01,0,count\n", "count-1")

    assert stocked.raw_stock(MUG) == (0, 0)


@pytest.mark.parametrize("text", ["", "sku,by\nTEA-01,5\n", "sku,by,reason,colour\nTEA-01,5,gift,red\n"])
def test_a_wrong_header_is_a_bad_row(stocked, text):
    with pytest.raises(BadRows):
        stocked.staff().run(import_stock, text, "head-1")


@pytest.mark.parametrize("run_id", ["", "a/undo", "x" * 65, "two words"])
def test_what_is_no_run_id_is_refused(stocked, run_id):
    with pytest.raises(InvalidValue):
        stocked.staff().run(import_stock, DELIVERY, run_id)


def test_a_run_is_undone_once(stocked):
    stocked.staff().run(import_stock, DELIVERY, "delivery-1")
    stocked.staff().run(adjust_stock, TEA, 10, Reason("gift"))

    result = stocked.staff("una").run(undo_import, "delivery-1")

    assert result.applied == 2
    assert (stocked.raw_stock(TEA).on_hand, stocked.raw_stock(MUG).on_hand) == (13, 3)
    newest = stocked.staff().run(list_movements, TEA).items[0]
    assert (newest.change, newest.reason, newest.actor, newest.run_id) == (-4, "correction", "una", "delivery-1/undo")
    with pytest.raises(RunUndone):
        stocked.staff().run(undo_import, "delivery-1")
    assert stocked.staff().run(verify_stock).ok


def test_an_import_that_was_undone_claims_to_be_applied_no_more(stocked):
    text = "sku,by,reason\nMUG-01,4,delivery\n"
    before = stocked.raw_stock("MUG-01").on_hand
    stocked.staff().run(import_stock, text, "delivery-1")
    stocked.staff("una").run(undo_import, "delivery-1")

    with pytest.raises(RunUndone) as refusal:
        stocked.staff().run(import_stock, text, "delivery-1")
    assert "new run id" in refusal.value.hint
    assert stocked.raw_stock("MUG-01").on_hand == before
    assert stocked.staff().run(import_stock, text, "delivery-2").applied == 1


def test_an_undo_never_goes_below_what_is_held(stocked):
    stocked.staff().run(import_stock, DELIVERY, "delivery-1")
    stocked.guest("ann").run(set_quantity, TEA, 6)

    with pytest.raises(RowsRefused) as refusal:
        stocked.staff().run(undo_import, "delivery-1")

    assert refusal.value.refusals == ((TEA, "on hand 7, held 6, so at least 6 must stay"),)
    assert (stocked.raw_stock(TEA), stocked.raw_stock(MUG)) == ((7, 6), (5, 0))


def test_a_run_that_never_was_cannot_be_undone(stocked):
    with pytest.raises(UnknownRun):
        stocked.staff().run(undo_import, "nothing")


def test_a_partial_run_remembers_what_it_rejected(stocked):
    result = stocked.staff().run(import_good_rows, "sku,by,reason\nX,1,gift\n", "part-2")

    assert result.rejected == (RejectedRow(2, "There is no product X."),)
    assert result.applied == 0


@pytest.mark.slow
def test_ten_thousand_rows_go_in_at_once(stocked):
    with stocked.database.begin(writes=True) as opened:
        opened.connection.exec_driver_sql(
            "INSERT INTO stock (sku, on_hand) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
            "WHERE i < 10000) SELECT 'P-' || i, 0 FROM n"
        )
        opened.commit()
    text = "sku,by,reason\n" + "".join(f"P-{number},{number},delivery\n" for number in range(1, 10_001))

    assert stocked.staff().run(import_stock, text, "big-1").applied == 10_000

    assert stocked.raw_stock("P-777").on_hand == 777
    assert stocked.staff().run(verify_stock).ok
    assert stocked.staff().run(undo_import, "big-1").applied == 10_000
    assert stocked.raw_stock("P-777").on_hand == 0
