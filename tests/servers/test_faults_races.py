"""Races for the last units and at the moment a hold ends (FAULTS F14, F15)."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlalchemy import insert

from micromart_core.carts.service import set_quantity
from micromart_core.carts.service_upkeep import sweep_expired
from micromart_core.errors import HoldEnded
from micromart_core.inventory.model import OutOfStock, Sku
from micromart_core.inventory.service_verify import verify_stock
from micromart_core.orders.service import place_order
from micromart_core.settings import CartSettings, CheckoutSettings, HoldSettings
from micromart_core.users.tables import users
from tests.chaos.invariants import violations
from tests.servers.customers import Customers

pytestmark = [pytest.mark.slow, pytest.mark.alone]
TEA = Sku("TEA-01")
UNITS, SHOPPERS, PROCESSES, FORGOTTEN = 100, 200, 16, 60
ROUNDS, CARTS = 4, 50
BRIEF = HoldSettings(minutes=Decimal("0.02"), limit_minutes=Decimal("0.02"))
NO_ADDRESS = CheckoutSettings(require_address=False)


@pytest.fixture
def customers(tmp_path):
    customers = Customers(tmp_path)
    yield customers
    customers.leave()


def test_the_last_hundred_units_are_sold_to_a_hundred_of_two_hundred(live_shop, customers):
    """Sixty of them lie in carts whose hold is over and that nobody has swept."""
    live_shop.stocks(TEA, on_hand=UNITS)
    forgetful = live_shop.again(holds=HoldSettings(minutes=Decimal("0.0001"), limit_minutes=Decimal("0.0001")))
    for number in range(FORGOTTEN):
        forgetful.guest(f"g{number}").run(set_quantity, TEA, 1)
    names = [f"s{number}" for number in range(SHOPPERS)]
    customers.come("buy_one_each", live_shop.settings.database.url, str(PROCESSES), *names)
    customers.begin()
    said = [word for word in customers.finish() if "who" in word]
    live_shop.deliver()

    refused = [word for word in said if "refused" in word]
    assert len(said) == SHOPPERS
    assert len({word["number"] for word in said if "number" in word}) == UNITS
    assert {word["refused"] for word in refused} == {OutOfStock.code}
    assert {word["free_then"] for word in refused} == {0}
    assert live_shop.raw_stock(TEA) == (0, 0)
    assert violations(live_shop.database) == []
    assert live_shop.staff().run(verify_stock).violations == ()


def register(shop, name: str) -> None:
    """Make the profile of a shopper, to whom the end of a cart is told."""
    now = datetime.now(UTC)
    person = {"id": f"usr_{name}", "issuer": "test", "subject": name, "username": name, "username_key": name}
    with shop.database.begin(writes=True) as opened:
        opened.connection.execute(insert(users).values(name=name, created_at=now, last_seen_at=now, **person))
        opened.commit()


@dataclass
class Race:
    """One cart with the only unit of its product, and who got it in the end."""

    sku: Sku
    owner: str
    ends: datetime
    cart_id: str
    winners: tuple = ()
    told: tuple = ()


class Rivals:
    """The owner, another shopper and a sweeper, each with a connection of their own, all at the same moment."""

    def __init__(self, shop) -> None:
        brief = {"cart": CartSettings(hoarding_pause_seconds=0), "checkout": NO_ADDRESS}
        self.owners = shop.again(holds=BRIEF, **brief)
        self.grabbers, self.sweepers = shop.again(**brief), shop.again(**brief)

    def fill(self, round_: int) -> list[Race]:
        races = []
        for number in range(CARTS):
            sku, owner = Sku(f"R{round_}-{number}"), f"o{round_}-{number}"
            register(self.owners, owner)
            self.owners.stocks(sku, on_hand=1)
            cart = self.owners.shopper(owner).run(set_quantity, sku, 1)
            races.append(Race(sku, owner, cart.held_until, cart.id))
        return races

    def run(self, races: list[Race]) -> None:
        over = threading.Event()
        with ThreadPoolExecutor(3) as pool:
            both = [pool.submit(self._each, act, races) for act in (self._order, self._grab)]
            sweeping = pool.submit(self._sweep, over)
            for act in both:
                act.result()
            over.set()
            sweeping.result()

    def _each(self, act, races: list[Race]) -> None:
        for race in races:
            time.sleep(max(0.0, (race.ends - datetime.now(UTC)).total_seconds()))
            act(race)

    def _order(self, race: Race) -> None:
        try:
            self.owners.shopper(race.owner).run(place_order, race.cart_id)
            race.winners += ("owner",)
        except HoldEnded as refusal:
            race.told += (refusal.code,)

    def _grab(self, race: Race) -> None:
        try:
            self.grabbers.guest(f"grabber of {race.sku}").run(set_quantity, race.sku, 1)
            race.winners += ("grabber",)
        except OutOfStock as refusal:
            race.told += (refusal.code,)

    def _sweep(self, over: threading.Event) -> None:
        while not over.is_set():
            self.sweepers.operator().run(sweep_expired)


def test_at_the_moment_a_hold_ends_exactly_one_gets_the_unit(live_shop):
    rivals = Rivals(live_shop)
    races = []
    for number in range(ROUNDS):
        these = rivals.fill(number)
        rivals.run(these)
        races += these
    live_shop.deliver()

    assert [race for race in races if len(race.winners) != 1] == []
    for race in races:
        assert live_shop.raw_stock(race.sku) == ((0, 0) if race.winners == ("owner",) else (1, 1))
    assert live_shop.rows("SELECT count(*) FROM orders") == [(sum(race.winners == ("owner",) for race in races),)]
    assert violations(live_shop.database) == []
    assert live_shop.staff().run(verify_stock).violations == ()
