"""Pauses between guesses: counted before they are compared, by name and by source, and never for good."""

from concurrent.futures import ThreadPoolExecutor
from time import perf_counter

import pytest
from sqlalchemy import delete

from micromart_core.adapters.local_identity import accounts as accounts_module
from micromart_core.adapters.local_identity.hashing import NOBODYS, hash_password, is_right
from micromart_core.authentication import store_sessions
from micromart_core.authentication.model import DeadCode, Paused, WrongPassword
from micromart_core.authentication.throttling import LONGEST_PAUSE, purge
from tests.people import ANOTHER, HERE, PASSWORD, People, within


@pytest.fixture
def people(shop):
    people = People(shop)
    yield people
    people.close()


def guess(people, name: str, times: int, *, source: str | None = None) -> list[str]:
    """Try a wrong password; from a new place each time unless a source is given."""
    told = []
    for number in range(times):
        with pytest.raises((WrongPassword, Paused)) as refusal:
            people.sign_in(name, password=ANOTHER, source=source or f"host:{name}:{number}")
        told.append(type(refusal.value).__name__)
    return told


def test_after_five_wrong_passwords_a_name_pauses_even_for_the_right_one(people, clock):
    people.register("ann")

    assert guess(people, "ann", 7) == ["WrongPassword"] * 5 + ["Paused"] * 2

    with pytest.raises(Paused) as paused:
        people.sign_in("ann")
    assert (paused.value.exit_code, paused.value.seconds) == (75, 30)
    clock.advance(seconds=30)
    assert people.sign_in("ann")


def test_a_name_without_an_account_pauses_just_the_same(people):
    people.register("ann")

    assert guess(people, "nobody", 7) == guess(people, "ann", 7)


def test_a_name_pauses_however_it_is_spelled(people):
    people.register("Éva", email="eva@example.org")

    guess(people, "éva", 3)
    assert guess(people, "E\u0301VA", 3) == ["WrongPassword"] * 2 + ["Paused"]


def test_a_source_pauses_whatever_names_it_tries(people):
    told = [guess(people, f"name{number}", 1, source="host:evil")[0] for number in range(22)]

    assert told == ["WrongPassword"] * 20 + ["Paused"] * 2
    assert guess(people, "name0", 1, source="host:good") == ["WrongPassword"]


def test_pauses_grow_but_nobody_is_locked_out_for_good(people, clock):
    people.register("ann")
    guess(people, "ann", 5)
    lengths = []
    for _ in range(8):
        with pytest.raises(Paused) as paused:
            people.sign_in("ann", password=ANOTHER, source="host:evil")
        lengths.append(paused.value.seconds)
        clock.advance(seconds=paused.value.seconds)
        guess(people, "ann", 1, source=f"host:{len(lengths)}")

    assert lengths == [30, 60, 120, 240, 480, 900, 900, 900]
    clock.advance(seconds=LONGEST_PAUSE.total_seconds())
    assert people.sign_in("ann")


def test_knocking_during_a_pause_does_not_make_it_longer(people, clock):
    people.register("ann")
    guess(people, "ann", 5)
    for _ in range(29):
        clock.advance(seconds=1)
        guess(people, "ann", 1)

    clock.advance(seconds=1)
    assert people.sign_in("ann")


def test_the_right_password_makes_counting_begin_anew(people):
    people.register("ann")
    guess(people, "ann", 4)
    people.sign_in("ann")

    assert guess(people, "ann", 5) == ["WrongPassword"] * 5


def test_signing_in_often_is_no_guessing(people):
    people.register("ann")

    for _ in range(accounts_module.FREE_BY_SOURCE + 1):
        assert people.sign_in("ann")


def test_guessing_codes_pauses_too(people, clock):
    told = []
    for number in range(12):
        with pytest.raises((DeadCode, Paused)) as refusal:
            people.accounts.verify(f"AAAA-BBBB-CC{number:02}", HERE)
        told.append(type(refusal.value).__name__)

    assert told == ["DeadCode"] * 10 + ["Paused"] * 2


@pytest.mark.parametrize("ask", ["register", "recover"])
def test_nobody_is_flooded_with_letters(people, ask):
    def once():
        if ask == "recover":
            people.accounts.recover("ann@example.org", HERE)
        else:
            people.accounts.register("ann", "ann@example.org", PASSWORD, HERE)

    for _ in range(5):
        once()
    with pytest.raises(Paused):
        once()


def test_tries_are_claimed_before_they_are_compared(live_shop, monkeypatch):
    people = People(live_shop)
    people.register("ann")
    compared = []
    compare = accounts_module._is_right
    monkeypatch.setattr(accounts_module, "_is_right", lambda *facts: compared.append(1) or compare(*facts))

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda number: guess(people, "ann", 1, source=f"host:{number}")[0], range(24)))

    people.close()
    assert len(compared) == 5
    assert sorted(told) == ["Paused"] * 19 + ["WrongPassword"] * 5


def test_an_unknown_name_is_compared_with_a_hash_of_the_same_cost():
    own = hash_password(PASSWORD)

    assert own.rpartition("p=1$")[0] == NOBODYS.rpartition("p=1$")[0]
    assert not is_right(PASSWORD, NOBODYS)


def test_a_count_that_somebody_just_forgot_is_begun_again(people, monkeypatch):
    people.register("ann")
    insert_if_new, forgotten = store_sessions.insert_if_new, []

    def then_forgotten(connection, table, row):
        """What another's right password, or a purge, does between the two statements."""
        inserted = insert_if_new(connection, table, row)
        if not forgotten:
            forgotten.append(connection.execute(delete(table).where(table.c.key == row["key"])).rowcount)
        return inserted

    monkeypatch.setattr(store_sessions, "insert_if_new", then_forgotten)

    assert people.sign_in("ann")
    assert forgotten == [1]


@pytest.mark.slow
@pytest.mark.alone
def test_an_unknown_name_takes_as_long_as_a_wrong_password(people, clock):
    people.register("ann")

    fastest = dict.fromkeys(("ann", "nobody"), 1e9)
    for number in range(40):
        for name in fastest:
            clock.advance(hours=2)
            begun = perf_counter()
            guess(people, name, 1, source=f"host:{name}:{number}")
            fastest[name] = min(fastest[name], perf_counter() - begun)

    assert abs(fastest["ann"] - fastest["nobody"]) < 0.2 * max(fastest.values())


def test_what_has_ended_is_purged_and_what_still_pauses_is_kept(people, shop, clock):
    people.joins("ann")
    guess(people, "bob", 5)
    assert within(shop, purge) == 0

    clock.advance(days=31)

    assert within(shop, purge) > 0
    for table in ("sessions", "codes", "throttles"):
        assert shop.rows(f"SELECT count(*) FROM {table}") == [(0,)]
