"""The one door: permission, one transaction, lost races, idempotency keys, dry runs."""

import pytest
from msgspec.structs import replace
from sqlalchemy import insert, text

from micromart_core import dead_letters
from micromart_core.errors import LostRace, NotAllowed, SignInFirst, TryAgain
from micromart_core.gateway import ATTEMPTS
from micromart_core.intents import AnswerOutdated, KeyReused
from micromart_core.operation import operation
from micromart_core.permissions import Role
from micromart_core.rate_limit import RateLimited
from micromart_core.settings import LimitSettings
from micromart_core.transaction import Transaction

attempts = []


@operation("stock:adjust")
def count_one(tx: Transaction, what: str, races: int = 0) -> int:
    """Note one more of something (in the dead letters, a table without rules); lose some races first."""
    attempts.append(what)
    row = {"id": f"{what}-{len(attempts)}", "type": what, "body": "", "error": "", "attempts": 0, "at": tx.now}
    tx.connection.execute(insert(dead_letters.dead_letters).values(**row))
    if len(attempts) <= races:
        raise LostRace
    return len(attempts)


@operation("stock:adjust")
def fail(tx: Transaction, what: str) -> int:
    """Note one more, then break."""
    count_one(tx, what)
    raise ZeroDivisionError


@operation(writes=False)
def say_hello(tx: Transaction) -> str:
    """Answer anybody."""
    return f"hello {tx.caller.actor}"


@pytest.fixture(autouse=True)
def fresh():
    attempts.clear()


def counted(shop) -> int:
    return len(shop.rows("SELECT id FROM dead_letters"))


def test_what_an_operation_did_is_committed(shop):
    assert shop.staff().run(count_one, "tea") == 1
    assert counted(shop) == 1


def test_a_bug_leaves_nothing_behind(shop):
    with pytest.raises(ZeroDivisionError):
        shop.staff().run(fail, "tea")
    assert counted(shop) == 0


def test_a_guest_is_asked_to_sign_in_and_a_shopper_is_refused(shop):
    with pytest.raises(SignInFirst):
        shop.guest("ann").run(count_one, "tea")
    with pytest.raises(NotAllowed):
        shop.shopper("ann").run(count_one, "tea")
    shop.shopper("ann", Role.STOCK_CLERK).run(count_one, "tea")


def test_anybody_may_run_what_needs_no_permission(shop):
    assert shop.guest("ann").run(say_hello) == "hello guest"


def test_a_lost_race_is_run_again_from_the_start(shop):
    assert shop.staff().run(count_one, "tea", races=3) == 4
    assert counted(shop) == 1


def test_a_race_lost_every_time_says_try_again(shop):
    with pytest.raises(TryAgain) as told:
        shop.staff().run(count_one, "tea", races=99)
    assert told.value.exit_code == 75
    assert len(attempts) == ATTEMPTS + 1
    assert counted(shop) == 0


def test_the_same_key_and_request_get_the_stored_answer(shop):
    door = shop.staff().under(idempotency_key="k1")

    assert [door.run(count_one, "tea"), door.run(count_one, "tea")] == [1, 1]
    assert counted(shop) == 1


def test_the_same_key_with_another_request_is_a_conflict(shop):
    door = shop.staff().under(idempotency_key="k1")
    door.run(count_one, "tea")

    with pytest.raises(KeyReused) as conflict:
        door.run(count_one, "mug")

    assert conflict.value.exit_code == 5
    assert counted(shop) == 1


def test_a_key_is_its_callers_own(shop):
    for name in ("stan", "stella"):
        shop.staff(name).under(idempotency_key="k1").run(count_one, "tea")
    assert counted(shop) == 2


def test_a_dry_run_answers_and_changes_nothing(shop):
    door = shop.staff().under(dry_run=True, idempotency_key="k1")

    assert door.run(count_one, "tea") == 1
    assert counted(shop) == 0
    assert shop.rows("SELECT key FROM intents") == []


def test_a_limit_of_requests_is_a_clear_refusal(shop):
    strict = shop.again(limits=LimitSettings(operations_per_minute=3))
    for _ in range(3):
        strict.guest("ann").run(say_hello)

    with pytest.raises(RateLimited) as told:
        strict.guest("ann").run(say_hello)

    assert told.value.exit_code == 75
    assert strict.guest("bob").run(say_hello) == "hello guest"


def test_runs_are_counted_by_outcome(shop):
    shop.staff().run(count_one, "tea", races=2)
    with pytest.raises(SignInFirst):
        shop.guest("ann").run(count_one, "tea")

    tallies = shop.shop.metrics.snapshot()

    names = {(name.split("/")[1], outcome): tally.count for (name, outcome), tally in tallies.items()}
    assert names["count_one", "ok"] == 1
    assert names["count_one", "sign_in_first"] == 1
    assert sum(tally.retries for tally in tallies.values()) == 2


def test_reading_takes_no_lock(shop):
    with shop.database.begin(writes=True) as opened:
        opened.connection.execute(text("UPDATE stock SET on_hand = on_hand"))
        assert shop.guest("ann").run(say_hello) == "hello guest"


def test_what_follows_a_commit_never_makes_it_happen_twice(shop):
    def stumble(_events):
        raise LostRace

    with pytest.raises(LostRace):
        replace(shop.staff(), after_commit=stumble).run(count_one, "tea")

    assert counted(shop) == 1


def test_a_request_that_loses_races_is_still_one_request(shop):
    strict = shop.again(limits=LimitSettings(operations_per_minute=1))

    assert strict.staff().run(count_one, "tea", races=3) == 4


def test_limits_are_for_those_who_come_from_outside(shop):
    strict = shop.again(limits=LimitSettings(operations_per_minute=1))

    assert [strict.operator().run(count_one, "tea") for _ in range(3)] == [1, 2, 3]


def test_an_answer_in_a_shape_of_another_version_is_a_conflict(shop):
    door = shop.staff().under(idempotency_key="k1")
    door.run(count_one, "tea")
    with shop.database.begin(writes=True) as opened:
        opened.connection.execute(text("UPDATE intents SET result = '{\"count\": 1}'"))
        opened.commit()

    with pytest.raises(AnswerOutdated) as conflict:
        door.run(count_one, "tea")

    assert conflict.value.exit_code == 5
    assert counted(shop) == 1
