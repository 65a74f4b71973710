"""Any story of shoppers, staff and time ends as the promises say, on both databases (invariants I1 to I4)."""

import os
import shutil
import uuid

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from msgspec.structs import replace

from micromart_core.carts.model import CartStatus, EmptyCart, HoldIsOver
from micromart_core.carts.service import clear_cart, extend_hold, remove_lines, set_quantity, show_cart
from micromart_core.carts.service_restore import restore_cart
from micromart_core.carts.service_upkeep import sweep_expired
from micromart_core.inventory.model import BelowHeld, OutOfStock, Reason, Sku
from micromart_core.inventory.service_import import import_stock, undo_import
from micromart_core.inventory.service_ledger import list_movements
from micromart_core.inventory.service_stock import adjust_stock, count_stock
from micromart_core.inventory.service_verify import verify_stock
from micromart_core.orders.model import CartChangedMeanwhile, WrongStatus
from micromart_core.orders.service import place_order
from micromart_core.orders.service_moves import cancel_order, pack_order, return_order, ship_order
from micromart_core.products.service import show_product
from micromart_core.settings import CartSettings, CheckoutSettings, Settings
from tests.chaos.invariants import violations
from tests.conftest import FakeClock, ShopUnderTest, _empty
from tests.core.order_stories import lives_at
from tests.model.cart_versions import CartVersions
from tests.model.reference import ReferenceShop
from tests.model.signing_in import sign_in

pytestmark = [pytest.mark.slow, pytest.mark.alone]
EXAMPLES = int(os.environ.get("MICROMART_MODEL_EXAMPLES", "0"))
"""How many stories to try by hand, other ones each time; 0 = few, and always the same."""
GUESTS, USERS = ("gus", "gil"), ("ann", "bob")
PEOPLE = st.sampled_from(GUESTS + USERS)
STOCK = {"TEA-01": 3, "MUG-01": 5, "KEY-01": 1}
SKUS = st.sampled_from(sorted(STOCK))
QUANTITIES = st.integers(0, 6)
STEPS = st.sampled_from((1, 30, 299, 300, 301, 598, 599, 600, 601, 900, 5_000))
TRIED = Reason("correction")


class ShopMachine(RuleBasedStateMachine):
    """The shop under test, and beside it what should have become of it."""

    def __init__(self, url, folder) -> None:
        super().__init__()
        self.clock = FakeClock()
        chosen = replace(
            Settings(),
            checkout=CheckoutSettings(require_address=False),
            cart=CartSettings(hoarding_pause_seconds=0),
        )
        self.shop = ShopUnderTest(url, self.clock, folder, chosen)
        self.shop.shop._last_upkeep = float("inf")  # a sweep is a step of its own here
        self.model = ReferenceShop(dict(STOCK))
        self.placed: list[tuple[str, dict[str, int]]] = []
        self.runs: list[tuple[str, dict[str, int]]] = []
        self.versions = CartVersions(self.shop)
        for name in USERS:
            lives_at(self.shop, name, f"adr_{name}")  # letters want to know to whom
        for sku, on_hand in STOCK.items():
            self.shop.stocks(sku, on_hand)

    def teardown(self) -> None:
        self.shop.deliver()
        found = violations(self.shop.database)
        self.shop.close()
        assert not found, found

    def door(self, person):
        return self.shop.guest(person) if person in GUESTS else self.shop.shopper(person)

    @property
    def now(self):
        return self.clock.now

    # --- shoppers ---

    @rule(person=PEOPLE, sku=SKUS, quantity=QUANTITIES)
    def sets(self, person, sku, quantity):
        self.clock.advance(seconds=1)
        if self.model.can_set(person, sku, quantity, self.now):
            self.door(person).run(set_quantity, Sku(sku), quantity)
            self.model.set(person, sku, quantity, self.now)
        else:
            with pytest.raises(OutOfStock) as refused:
                self.door(person).run(set_quantity, Sku(sku), quantity)
            has = self.model.cart(person, self.now).lines.get(sku, 0)
            assert refused.value.available in (
                self.model.available(sku, self.now),
                self.model.available(sku, self.now) + has,
            )

    @rule(person=PEOPLE, sku=SKUS)
    def puts_back(self, person, sku):
        self.door(person).run(remove_lines, (Sku(sku),))
        self.model.set(person, sku, 0, self.now)

    @rule(person=PEOPLE)
    def clears(self, person):
        self.door(person).run(clear_cart)
        for sku in STOCK:
            self.model.set(person, sku, 0, self.now)

    @rule(person=PEOPLE)
    def holds_longer(self, person):
        if self.model.cart(person, self.now).lines:
            self.door(person).run(extend_hold)
            self.model.extend(person, self.now)
        else:
            with pytest.raises((HoldIsOver, EmptyCart)):
                self.door(person).run(extend_hold)

    @rule(person=PEOPLE)
    def takes_back(self, person):
        self.clock.advance(seconds=1)
        wanted = {line.sku: line.quantity for line in self.door(person).run(show_cart).restorable}
        cart = self.model.cart(person, self.now)
        wanted = {sku: units for sku, units in wanted.items() if units > cart.lines.get(sku, 0)}
        if not wanted:
            return
        restored = self.door(person).run(restore_cart)
        for sku, units in sorted(wanted.items()):
            has = cart.lines.get(sku, 0)
            got = min(units - has, self.model.available(sku, self.now))
            assert (sku in restored.taken, sku in restored.missing) == (got > 0, has + got < units)
            if got:
                self.model.set(person, sku, has + got, self.now)

    @rule(guest=st.sampled_from(GUESTS), user=st.sampled_from(USERS), in_checkout=st.booleans())
    def signs_in(self, guest, user, in_checkout):
        self.clock.advance(seconds=1)
        self.shop.operator().run(sign_in, user, guest, in_checkout)
        self.model.merge(guest, user, self.now, in_checkout=in_checkout)

    @rule(user=st.sampled_from(USERS))
    def places_an_order(self, user):
        self.clock.advance(seconds=1)
        door = self.door(user)
        shown = door.run(show_cart)
        ended = (
            {str(line.sku): line.quantity for line in shown.restorable} if shown.status is CartStatus.EXPIRED else {}
        )
        if self.model.cart(user, self.now).lines:
            order = door.run(place_order)
            assert {str(line.sku): line.quantity for line in order.lines} == self.model.take(user, self.now)
        elif ended and all(units <= self.model.available(sku, self.now) for sku, units in ended.items()):
            order = door.run(place_order)
            assert {str(line.sku): line.quantity for line in order.lines} == ended
            self.model.sell(ended)
        else:
            with pytest.raises((CartChangedMeanwhile, EmptyCart)):
                door.run(place_order)
            return
        assert door.run(place_order, order_cart(self.shop, order.id)) == order
        self.placed.append((order.number, {str(line.sku): line.quantity for line in order.lines}))

    # --- staff ---

    @precondition(lambda self: self.placed)
    @rule(data=st.data())
    def staff_cancels(self, data):
        number, lines = data.draw(st.sampled_from(self.placed))
        self.placed.remove((number, lines))
        self.shop.staff().run(cancel_order, number)
        for sku, units in lines.items():
            self.model.on_hand[sku] += units
        with pytest.raises(WrongStatus):
            self.shop.staff().run(cancel_order, number)

    @precondition(lambda self: self.placed)
    @rule(data=st.data(), restock=st.booleans())
    def a_parcel_comes_back(self, data, restock):
        number, lines = data.draw(st.sampled_from(self.placed))
        self.placed.remove((number, lines))
        for move in (pack_order, ship_order):
            self.shop.staff().run(move, number)
        self.shop.staff().run(return_order, number, None, restock)
        for sku, units in lines.items():
            self.model.on_hand[sku] += units if restock else 0

    @rule(sku=SKUS, by=st.integers(-4, 4).filter(bool))
    def staff_adjusts(self, sku, by):
        if by >= -self.model.available(sku, self.now):
            self.shop.staff().run(adjust_stock, Sku(sku), by, TRIED)
            self.model.on_hand[sku] += by
        elif self.model.on_hand[sku] + by >= 0:
            with pytest.raises(BelowHeld):
                self.shop.staff().run(adjust_stock, Sku(sku), by, TRIED)

    @rule(sku=SKUS, counted=st.integers(0, 6))
    def staff_counts(self, sku, counted):
        held = self.model.on_hand[sku] - self.model.available(sku, self.now)
        if counted >= held:
            self.shop.staff().run(count_stock, Sku(sku), counted, TRIED)
            self.model.on_hand[sku] = counted
        else:
            with pytest.raises(BelowHeld):
                self.shop.staff().run(count_stock, Sku(sku), counted, TRIED)

    @rule(levels=st.dictionaries(SKUS, st.integers(1, 3), min_size=1))
    def staff_imports(self, levels):
        run_id = f"run-{uuid.uuid4()}"
        text = "sku,by,reason\n" + "".join(f"{sku},{by},delivery\n" for sku, by in sorted(levels.items()))
        for _ in range(2):  # the second run of the same id changes nothing
            self.shop.staff().run(import_stock, text, run_id)
        for sku, by in levels.items():
            self.model.on_hand[sku] += by
        self.runs.append((run_id, levels))

    @precondition(lambda self: self.runs)
    @rule()
    def staff_undoes_the_last_import(self):
        run_id, levels = self.runs[-1]
        if all(self.model.available(sku, self.now) >= by for sku, by in levels.items()):
            self.shop.staff().run(undo_import, run_id)
            for sku, by in levels.items():
                self.model.on_hand[sku] -= by
            self.runs.pop()

    # --- time, and who works behind the shop ---

    @rule(seconds=STEPS)
    def time_passes(self, seconds):
        self.clock.advance(seconds=seconds)

    @rule(limit=st.integers(1, 5))
    def a_sweeper_works(self, limit):
        self.shop.operator().run(sweep_expired, limit)

    @rule()
    def events_are_delivered(self):
        self.shop.deliver()

    # --- what must be true after every step ---

    @invariant()
    def everybody_sees_what_the_promises_say(self):
        for sku in STOCK:
            stock = self.door("ann").run(show_product, Sku(sku)).stock
            assert (stock.on_hand, stock.available) == (self.model.on_hand[sku], self.model.available(sku, self.now))
        for person in GUESTS + USERS:
            seen, cart = self.door(person).run(show_cart), self.model.cart(person, self.now)
            assert {str(line.sku): line.quantity for line in seen.lines} == cart.lines
            if cart.lines:
                assert (seen.held_until, seen.hold_limit, seen.extended) == (cart.until, cart.limit, cart.extended)

    @invariant()
    def the_tables_are_sound(self):
        found = violations(self.shop.database, at_rest=False)
        assert not found, found
        assert not self.shop.staff().run(verify_stock).violations

    @invariant()
    def whoever_changes_a_cart_counts_a_version(self):
        self.versions.check()

    @invariant()
    def the_ledger_tells_every_change(self):
        for sku in STOCK:
            newest = self.shop.staff().run(list_movements, Sku(sku)).items
            assert newest[0].balance == self.model.on_hand[sku]


def order_cart(shop, order_id):
    return shop.rows("SELECT cart_id FROM orders WHERE id = :id", id=order_id)[0][0]


def test_every_story_on_sqlite_ends_as_promised(sqlite_template, tmp_path):
    def begin() -> ShopMachine:
        path = tmp_path / f"{uuid.uuid4().hex}.db"
        shutil.copy(sqlite_template, path)
        return ShopMachine(f"sqlite:///{path}", tmp_path)

    run_state_machine_as_test(begin, settings=stories(40))


@pytest.mark.servers
def test_every_story_on_postgresql_ends_as_promised(postgresql_url, tmp_path):
    def begin() -> ShopMachine:
        _empty(postgresql_url)
        return ShopMachine(postgresql_url, tmp_path)

    run_state_machine_as_test(begin, settings=stories(15))


def stories(few: int) -> settings:
    return settings(
        max_examples=EXAMPLES or few,
        stateful_step_count=40,
        derandomize=not EXAMPLES,
        phases=tuple(Phase) if EXAMPLES else (Phase.explicit, Phase.generate),  # making a story short takes minutes
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
