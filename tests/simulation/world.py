"""A whole shop in one thread: its people and daemons take turns, and everything that can go wrong does."""

import shutil
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from micromart_core.bootstrap import tell_of_dead_letter
from micromart_core.bootstrap_broker import event_routes
from micromart_core.broker import BrokerDown
from micromart_core.carts.service_upkeep import sweep_expired
from micromart_core.errors import MicroMartError
from micromart_core.intake import Intake
from micromart_core.inventory.service_verify import verify_stock
from micromart_core.notifications.sender import send_due
from micromart_core.relay import Relay
from micromart_core.settings import BrokerSettings, Settings
from tests.chaos.invariants import violations
from tests.conftest import ShopUnderTest, copied_to
from tests.core.order_stories import lives_at
from tests.simulation.bus import Bus, BusPublisher, BusSubscription
from tests.simulation.chance import Chance, decided_by
from tests.simulation.crashes import Crash, Crashes
from tests.simulation.people import SKUS, Person
from tests.simulation.post import Post

STEPS = 60
SHOPPERS, DAEMONS = 3, 2
_PAUSES = (0, 0, 0.2, 1, 7, 40, 200)
"""Seconds between two turns."""
_LOOKED_AT = 6
"""Turns between two looks at the invariants."""
_PATIENCE = 400
"""Turns of the daemons in which everything must be caught up once nothing fails any more."""


@dataclass
class Ending:
    """What a run came to."""

    trace: list[str]
    broken: list[str]
    orders: int
    crashes: int


class World:
    """One shop under one seed."""

    def __init__(self, chance: Chance, template: Path, folder: Path) -> None:
        self.chance = chance
        self.crashes = Crashes(self.chance, one_in=self.chance.choice((15, 40, 120)))
        settings = replace(Settings(), broker=BrokerSettings(url="amqp://simulated"))
        self.shop = ShopUnderTest(copied_to(folder, template), self.chance, folder, settings)
        for sku in SKUS:
            self.shop.stocks(sku, on_hand=6, reorder_level=2)
        self.bus = Bus(self.chance, self.crashes, event_routes())
        self.post = Post(self.chance, self.crashes)
        self.people = self._people()
        self.crashes.watch(self.shop.database)
        self.relays = [self._relay() for _ in range(DAEMONS)]
        self.intakes = [self._intake() for _ in range(DAEMONS)]
        self.trace: list[str] = []

    def run(self, steps: int = STEPS) -> Ending:
        """Live through so many turns of bad weather, let it clear, and say what is broken."""
        self.crashes.are_on = True
        self.bus.trouble = self.post.trouble = self.chance.choice((8, 20, 60))
        for step in range(steps):
            self.chance.pass_time(seconds=self.chance.choice(_PAUSES))
            self._turn()
            if step % _LOOKED_AT == 0:
                self._note("broken", violations(self.shop.database, at_rest=False))
        self.crashes.are_on, self.bus.trouble, self.post.trouble = False, None, None
        self._catch_up()
        return Ending(self.trace, self._broken(), sum(len(each.placed) for each in self.people), self.crashes.count)

    def close(self) -> None:
        self.shop.close()

    def _people(self) -> list[Person]:
        known: list[str] = []
        names = [f"ann{number}" for number in range(SHOPPERS)]
        for name in names:
            lives_at(self.shop, name, f"adr_{name}")
        shoppers = [Person(name, self.shop.shopper(name), self.chance, known) for name in names]
        return [*shoppers, Person("stan", self.shop.staff(), self.chance, known, is_staff=True)]

    def _relay(self) -> Relay:
        return Relay(self.shop.database, BusPublisher(self.bus), event_routes)

    def _intake(self) -> tuple[Intake, BusSubscription]:
        subscription = BusSubscription(self.bus)
        return Intake(self.shop.database, self.shop.settings, subscription, tell_of_dead_letter), subscription

    def _turn(self) -> None:
        """Let one of them do something; who dies of it is replaced."""
        which = self.chance.randrange(DAEMONS)
        somebody = self.chance.choice(self.people)
        turns: list[tuple[str, Callable[[], object], Callable[[], object]]] = [
            (somebody.name, somebody.act, lambda: None),
            (f"relay {which}", self.relays[which].relay, lambda: self._replace_relay(which)),
            (f"intake {which}", lambda: self._take_in(which), lambda: self._replace_intake(which)),
            ("sweeper", lambda: self.shop.operator().run(sweep_expired, 3), lambda: None),
            ("mail", self._send, self.post.sender_died),
        ]
        name, does, dies = self.chance.choices(turns, weights=(10, 3, 4, 2, 2))[0]
        try:
            self._note(name, does())
        except Crash:
            self._note(name, "died")
            dies()
        except BrokerDown as down:
            self._note(name, down.why)
            dies()
        except MicroMartError as error:
            self._note(name, error.code)

    def _take_in(self, which: int) -> int:
        return self.intakes[which][0].work(wait_seconds=0)

    def _send(self) -> object:
        return send_due(self.shop.operator(), self.post, budget_seconds=60, limit=3, may_go_on=lambda: True)

    def _replace_relay(self, which: int) -> None:
        self.relays[which] = self._relay()

    def _replace_intake(self, which: int) -> None:
        self.intakes[which][1].close()
        self.intakes[which] = self._intake()

    def _catch_up(self) -> None:
        """Let everybody settle what was cut off, every hold end, and the daemons do what is left."""
        for person in self.people:
            while person.unsettled:
                self._note(person.name, person.act())
        for _ in range(_PATIENCE):
            self.chance.pass_time(minutes=20)
            did = self.shop.operator().run(sweep_expired) + self.relays[0].relay()
            did += sum(self._take_in(which) for which in range(DAEMONS)) + self._send().count
            if not did and self.bus.is_empty and not self._waiting_letters():
                return
        self._note("broken", ["the daemons never caught up"])

    def _waiting_letters(self) -> int:
        return self.shop.rows("SELECT count(*) FROM mails WHERE status = 'queued'")[0][0]

    def _broken(self) -> list[str]:
        found = [each for each in self.trace if each.startswith("broken")]
        found += violations(self.shop.database)
        found += [str(each) for each in self.shop.staff().run(verify_stock).violations]
        found += [f"{each.name} was told of another order" for each in self.people if not each.repeats_itself()]
        return found + self._letters_broken()

    def _letters_broken(self) -> list[str]:
        """Say which order has not exactly one letter, and which letter came oftener than cut answers excuse."""
        letters = Counter(number for (number,) in self.shop.rows(_CONFIRMED))
        orders = {number for each in self.people for number in each.placed.values()}
        found = [f"{number} has {letters[number]} letters" for number in sorted(orders) if letters[number] != 1]
        for (message_id,) in self.shop.rows("SELECT message_id FROM mails WHERE status = 'sent'"):
            came, excused = self.post.arrived[message_id], self.post.cut[message_id]
            if not 1 <= came <= 1 + excused:
                found.append(f"{message_id} came {came} times, with {excused} answers cut off")
        return found

    def _note(self, who: str, what: object) -> None:
        if who != "broken" or what:
            self.trace.append(f"{who}: {what}")


_CONFIRMED = """
    SELECT o.number FROM orders o JOIN mails m ON m.order_id = o.id
    WHERE m.template = 'order-confirmation' AND m.status = 'sent'"""


def live_through(seed: int, template: Path, folder: Path, steps: int = STEPS) -> Ending:
    """Run one seed in an empty folder."""
    folder.mkdir(parents=True)
    chance = Chance(seed)
    try:
        with decided_by(chance), closing(World(chance, template, folder)) as world:
            return world.run(steps)
    finally:
        shutil.rmtree(folder)
