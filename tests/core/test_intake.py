"""What failed rests in hand, and is put back when its rest is over, however patient whoever works is."""

from dataclasses import dataclass

import pytest

from micromart_core import intake as intakes
from micromart_core.bootstrap import tell_of_dead_letter
from micromart_core.broker import Message
from micromart_core.clock import utc_now
from micromart_core.dispatch import handles
from micromart_core.events import Event, seal
from micromart_core.intake import Intake
from micromart_core.transaction import Transaction


@dataclass(frozen=True, kw_only=True)
class GongBeaten(Event, name="test.gong_beaten", key="gong"):
    """A gong was struck."""

    gong: str


def break_down(tx: Transaction, event: GongBeaten) -> None:
    """Never hear a gong."""
    raise ZeroDivisionError(event.gong)


break_down.__module__ = "micromart_core.carts.handlers"
handles(GongBeaten)(break_down)


class OneMessage:
    """A subscription that brings one message, and notes how long it was to wait for more."""

    def __init__(self, message: Message) -> None:
        self._brings, self.waits = [message], []

    def receive(self, *, wait_seconds):
        self.waits.append(wait_seconds)
        brought, self._brings = self._brings, []
        return brought

    def put_back(self, message):
        self._brings.append(message)

    def close(self):
        pass


@pytest.fixture
def gong(shop):
    envelope = seal(GongBeaten(gong="a"), event_id="evt_gong", at=utc_now(), trace_id="int_gong")
    return OneMessage(Message("carts", envelope.to_json(), tag=1, deliveries=0))


def test_who_waits_for_messages_looks_again_when_what_failed_has_rested(shop, gong, monkeypatch):
    monkeypatch.setattr(intakes, "FIRST_REST", 30)
    intake = Intake(shop.database, shop.settings, gong, tell_of_dead_letter)
    intake.work(wait_seconds=60)

    intake.work(wait_seconds=60)

    first, second = gong.waits
    assert first == 60
    assert 0 < second <= 30


def test_a_rest_makes_no_wait_longer(shop, gong):
    intake = Intake(shop.database, shop.settings, gong, tell_of_dead_letter)
    intake.work(wait_seconds=0.1)

    intake.work(wait_seconds=0.1)

    assert gong.waits == [0.1, 0.1]
