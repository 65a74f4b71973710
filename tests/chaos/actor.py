"""One process of the chaos test: a random mix of shoppers, staff and sweepers, until it is told to stop or killed.

Writes one line a refusal it did not expect; anything written is a failure of the test.
"""

import random
import sys
import time
from decimal import Decimal
from pathlib import Path

from msgspec.structs import replace

from micromart_core.bootstrap import Shop, open_shop
from micromart_core.caller import Caller, UserId
from micromart_core.carts.service import clear_cart, extend_hold, set_quantity, show_cart
from micromart_core.carts.service_merge import merge_at_sign_in
from micromart_core.carts.service_restore import restore_cart
from micromart_core.carts.service_upkeep import sweep_expired
from micromart_core.errors import Conflict, HoldEnded, NotFound, Refused, TryAgain
from micromart_core.identity import KnownCaller
from micromart_core.inventory.model import Reason, Sku
from micromart_core.inventory.model_changes import Evict
from micromart_core.inventory.service_stock import adjust_stock
from micromart_core.operation import operation
from micromart_core.orders.service import place_order
from micromart_core.orders.service_lists import my_orders
from micromart_core.orders.service_moves import cancel_order
from micromart_core.permissions import Role, permissions_of
from micromart_core.settings import CartSettings, CheckoutSettings, DatabaseSettings, HoldSettings, Settings
from micromart_core.transaction import Transaction
from micromart_core.users import service as users

SKUS = [Sku(f"P-{number}") for number in range(8)]
PEOPLE = 30
SHOPPER = permissions_of(frozenset({Role.SHOPPER}))
WEIGHTS = {
    "add": 40, "remove": 8, "restore": 8, "extend": 5, "order": 16, "clear": 2,
    "sweep": 4, "merge": 6, "adjust": 8, "evict": 3, "cancel": 5, "look": 5,
}  # fmt: skip


@operation("ops:run", repeatable=True)
def merge(tx: Transaction, user_id: UserId, cart_key: str, in_checkout: bool) -> bool:  # noqa: FBT001
    """Let a guest sign in."""
    merge_at_sign_in(tx, user_id, cart_key, in_checkout=in_checkout)
    return True


@operation("ops:run", repeatable=True)
def appear(tx: Transaction, name: str) -> UserId:
    """Make a person's profile, as their first sign-in does."""
    return users.welcome(tx, "urn:test", name, name, name, f"{name}@example.org").id


def settings_for(url: str) -> Settings:
    """Holds of a moment, so that everything happens often."""
    return replace(
        Settings(),
        database=DatabaseSettings(url=url, pool_size=1),
        holds=HoldSettings(minutes=Decimal("0.014"), limit_minutes=Decimal("0.02")),
        cart=CartSettings(hoarding_pause_seconds=0),
        checkout=CheckoutSettings(require_address=False),
    )


class Actor:
    """Acts for thirty people, each of them a guest at times, and for the staff."""

    def __init__(self, shop: Shop, chance: random.Random) -> None:
        self.shop, self.chance = shop, chance
        self.staff = shop.operator()
        self.ids = [self.staff.run(appear, f"u{number}") for number in range(PEOPLE)]
        self.actions = {
            "add": lambda: self.anybody().run(set_quantity, self.sku(), self.chance.randint(1, 6)),
            "remove": lambda: self.anybody().run(set_quantity, self.sku(), 0),
            "restore": lambda: self.anybody().run(restore_cart, self.perhaps(0.5)),
            "extend": lambda: self.anybody().run(extend_hold),
            "clear": lambda: self.anybody().run(clear_cart),
            "look": lambda: self.anybody().run(show_cart),
            "order": self.order,
            "cancel": self.cancel,
            "merge": self.merge,
            "sweep": lambda: self.staff.run(sweep_expired, self.chance.choice((1, 5, 100))),
            "adjust": lambda: self.adjust(self.chance.choice((-6, -3, -1, 1, 5, 14)), None),
            "evict": lambda: self.adjust(-self.chance.randint(1, 8), Evict.NEWEST),
        }

    def sku(self) -> Sku:
        return self.chance.choice(SKUS)

    def perhaps(self, share: float) -> bool:
        return self.chance.random() < share

    def user(self):
        number = self.chance.randrange(PEOPLE)
        caller = Caller(f"u{number}", SHOPPER, self.ids[number], f"u{number}@example.org", signed_in=True)
        return self.shop.gateway(KnownCaller(caller))

    def anybody(self):
        if self.perhaps(0.7):
            return self.user()
        return self.shop.gateway(KnownCaller(Caller("guest", cart_key=f"g{self.chance.randrange(PEOPLE)}")))

    def order(self) -> None:
        """Place an order, and sometimes say it twice."""
        door = self.user().under(idempotency_key=f"key-{self.chance.getrandbits(60):x}")
        placed = door.run(place_order)
        if self.perhaps(0.3) and door.run(place_order).number != placed.number:
            raise AssertionError("the same key gave another order")

    def cancel(self) -> None:
        user = self.user()
        orders = user.run(my_orders).items
        if orders:
            user.run(cancel_order, self.chance.choice(orders).number)

    def merge(self) -> None:
        number = self.chance.randrange(PEOPLE)
        self.staff.run(merge, self.ids[number], f"g{number}", self.perhaps(0.3))

    def adjust(self, by: int, evict: Evict | None) -> None:
        self.staff.run(adjust_stock, self.sku(), by, Reason("correction"), None, evict)


def try_one(actor: Actor, what: str) -> str:
    """Do one thing; return what went wrong that must not."""
    try:
        actor.actions[what]()
    except (Refused, NotFound, HoldEnded, Conflict, TryAgain) as refusal:
        return f"busy: {refusal.why}" if type(refusal) is TryAgain else ""
    except Exception as error:  # noqa: BLE001  # whatever it is, the test wants to read it
        return f"{type(error).__name__}: {error}"
    return ""


def main(url: str, seed: str, seconds: str) -> None:
    chance = random.Random(f"{seed}-{time.time()}")
    actor = Actor(open_shop(settings_for(url), Path.cwd()), chance)
    ends = time.monotonic() + float(seconds)
    while time.monotonic() < ends:
        what = chance.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        complaint = try_one(actor, what)
        if complaint:
            sys.stderr.write(f"{what}: {complaint}\n")
            sys.stderr.flush()
        sys.stdout.write(".")
        sys.stdout.flush()
    actor.shop.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
