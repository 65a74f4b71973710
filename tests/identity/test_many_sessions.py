"""A hundred sessions at once on one hosted shop: everybody has the own cart, whole, and nobody sees another's."""

import random
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from micromart_core.carts.service import set_quantity, show_cart
from micromart_core.carts.service_lists import list_my_carts
from micromart_core.errors import TryAgain
from micromart_core.inventory.model import Sku
from tests.identity.issuer import Issuer
from tests.identity.served import ServedShop

pytestmark = pytest.mark.slow
SESSIONS, DEEDS, PATIENCE = 100, 6, 120.0
SHELF = [Sku(f"TEA-{number:02}") for number in range(5)]
LARGEST = 90


class Session:
    """One customer: a guest, somebody signed in, or a guest who signs in half-way; knows what the cart must hold."""

    def __init__(self, served: ServedShop, number: int) -> None:
        self.served, self.number, self.chance = served, number, random.Random(number)
        self.secret, self.token = f"secret-of-{number}", None
        self.wanted: dict[Sku, int] = {}
        if number % 3 == 1:
            self.signs_in()

    def signs_in(self) -> None:
        subject = f"subject-{self.number}"
        self.served.enters(subject, f"person-{self.number}", cart_secret=self.secret)
        self.token = self.served.token(sub=subject)

    def shops(self, gun: Barrier) -> list[str]:
        """Change the cart again and again, and return every time it was not the own one."""
        gun.wait()
        wrong = []
        for deed in range(DEEDS):
            if deed == DEEDS // 2 and self.number % 3 == 2:
                until_served(self.signs_in)
            sku, quantity = self.chance.choice(SHELF), self.chance.randint(1, LARGEST)
            self.wanted[sku] = quantity
            until_served(lambda sku=sku, quantity=quantity: self.door().run(set_quantity, sku, quantity))
            wrong += self.what_is_wrong()
        return wrong

    def what_is_wrong(self) -> list[str]:
        shown = until_served(lambda: self.door().run(show_cart))
        listed = until_served(lambda: self.door().run(list_my_carts)).items
        found = {line.sku: line.quantity for line in shown.lines}
        return [f"{self.number}: {found} {listed}"] if found != self.wanted or len(listed) != 1 else []

    def door(self):
        return self.served.door(self.token, None if self.token else self.secret)


def until_served(act):
    """A busy shop says so, and is asked again."""
    ends = time.monotonic() + PATIENCE
    while True:
        try:
            return act()
        except TryAgain:
            assert time.monotonic() < ends
            time.sleep(random.uniform(0.01, 0.1))


@pytest.fixture
def served(live_shop):
    issuer = Issuer()
    for sku in SHELF:
        live_shop.stocks(sku, on_hand=SESSIONS * LARGEST)
    yield ServedShop(live_shop, issuer)
    issuer.wire.close()


def test_a_hundred_sessions_at_once_never_see_each_others_cart(served):
    sessions = [Session(served, number) for number in range(SESSIONS)]
    gun = Barrier(SESSIONS)
    with ThreadPoolExecutor(SESSIONS) as crowd:
        wrong = [each for told in crowd.map(lambda session: session.shops(gun), sessions) for each in told]

    assert wrong == []
    assert [session.what_is_wrong() for session in sessions] == [[]] * SESSIONS
    [[carts]] = served.shop.rows("SELECT COUNT(DISTINCT cart_id) FROM cart_lines")
    assert carts == SESSIONS
    held = {sku: sum(session.wanted.get(sku, 0) for session in sessions) for sku in SHELF}
    assert {sku: served.shop.raw_stock(sku).held for sku in SHELF} == held
    left = [served.door(cart_secret=session.secret).run(show_cart).lines for session in sessions if session.token]
    assert left == [()] * len(left)
