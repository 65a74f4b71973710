"""Five hundred lives of a shop in which processes die, answers are lost and events come twice: nothing is ever lost."""

import os
import uuid
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from micromart_core.carts import service_upkeep
from micromart_core.inventory import store_holds
from micromart_core.relay import Relay
from tests.simulation.bus import BusSubscription
from tests.simulation.world import live_through

SEEDS = int(os.environ.get("MICROMART_SIM_SEEDS", "500"))
AT_ONCE = 25


@pytest.fixture
def live(sqlite_template, tmp_path):
    """A function that lives through a seed, on a disk that is none where there is one."""
    memory = Path("/dev/shm")

    def live(seed: int):
        place = memory if os.access(memory, os.W_OK) else tmp_path
        return live_through(seed, sqlite_template, place / f"micromart-sim-{uuid.uuid4().hex}")

    return live


@pytest.mark.parametrize("first", range(0, SEEDS, AT_ONCE))
def test_whatever_happens_every_promise_is_kept(live, first):
    for seed in range(first, min(first + AT_ONCE, SEEDS)):
        assert live(seed).broken == [], f"seed {seed}"


def test_a_seed_is_the_same_life_each_time(live):
    assert [live(seed).trace for seed in (3, 4)] == [live(seed).trace for seed in (3, 4)]


def test_much_happens_in_few_lives(live):
    lives = [live(seed) for seed in range(20)]

    assert sum(life.orders for life in lives) > 20
    assert sum(life.crashes for life in lives) > 20


def breaks_within(live, seeds: int) -> bool:
    """Say whether a promise breaks, or the database itself refuses what the code let through."""
    try:
        return any(live(seed).broken for seed in range(seeds))
    except IntegrityError:
        return True


def test_it_would_see_a_message_acknowledged_before_its_effect(live, monkeypatch):
    receive = BusSubscription.receive

    def receive_and_forget(self, *, wait_seconds):
        came = receive(self, wait_seconds=wait_seconds)
        for message in came:
            self._held.pop(message.tag)
            self._bus.in_flight -= 1
        return came

    monkeypatch.setattr(BusSubscription, "receive", receive_and_forget)
    monkeypatch.setattr(BusSubscription, "ack", lambda self, messages: self._bus.crashes.here())

    assert breaks_within(live, 50)


def test_it_would_see_a_refused_event_marked_as_published(live, monkeypatch):
    publish = Relay._publish

    def publish_and_forget(self, waiting):
        publish(self, waiting)
        return [envelope.id for envelope in waiting]

    monkeypatch.setattr(Relay, "_publish", publish_and_forget)

    assert breaks_within(live, 20)


def test_it_would_see_a_hold_without_its_guard(live, monkeypatch):
    move = store_holds.move_held

    def move_unguarded(tx, sku, by, *along):
        return move(tx, sku, by, *along) or (store_holds.move_held_of_many(tx, {sku: by}) is None)

    monkeypatch.setattr(store_holds, "move_held", move_unguarded)

    assert breaks_within(live, 20)


def test_it_would_see_a_sweep_that_frees_nothing(live, monkeypatch):
    monkeypatch.setattr(service_upkeep.inventory, "lock_and_free", lambda tx, cart_ids: None)

    assert breaks_within(live, 20)
