"""Shoppers and staff who do anything at any time, and keep asking until they know what came of it."""

from dataclasses import dataclass, field

from micromart_core.carts.service import clear_cart, extend_hold, remove_lines, set_quantity, show_cart
from micromart_core.carts.service_restore import restore_cart
from micromart_core.errors import MicroMartError
from micromart_core.ids import new_id
from micromart_core.inventory.model import Reason, Sku
from micromart_core.inventory.service_stock import adjust_stock
from micromart_core.orders.service import place_order
from micromart_core.orders.service_moves import (
    cancel_order,
    deliver_order,
    pack_order,
    pay_order,
    refund_order,
    return_order,
    ship_order,
)
from tests.simulation.chance import Chance

SKUS = tuple(Sku(f"P-{number}") for number in range(4))
MOVES = (pay_order, pack_order, ship_order, deliver_order, return_order, refund_order)
Intent = tuple[str, object, tuple[object, ...]]
"""A key, an operation, and what it is given: asked again with the same key it is done once."""


@dataclass
class Person:
    """Somebody with an intent that may not be settled yet."""

    name: str
    gateway: object
    chance: Chance
    known: list[str]
    """The numbers of all orders, which staff go through; a shopper looks at own ones."""
    is_staff: bool = False
    unsettled: Intent | None = None
    placed: dict[str, str] = field(default_factory=dict)
    """The numbers of the orders that were acknowledged, by key."""

    def act(self) -> str:
        """Do something, or ask again about what was cut off; say what came of it."""
        self.unsettled = self.unsettled or (new_id("key"), *self._wish())
        key, operation, words = self.unsettled
        try:
            answer = self.gateway.under(idempotency_key=key).run(operation, *words)
        except MicroMartError as error:
            said = error.code
        else:
            said = "ok"
            if operation is place_order:
                self.placed[key] = answer.number
                self.known.append(answer.number)
        self.unsettled = None
        return f"{self.name} {operation.__name__} {words} {said}"

    def repeats_itself(self) -> bool:
        """Ask again for every order that was acknowledged; True when each answer is the one there was."""
        again = {key: self.gateway.under(idempotency_key=key).run(place_order).number for key in self.placed}
        return again == self.placed

    def _wish(self) -> tuple[object, ...]:
        return self._wish_of_staff() if self.is_staff else self._wish_of_shopper()

    def _wish_of_shopper(self) -> tuple[object, ...]:
        sku, own = self.chance.choice(SKUS), list(self.placed.values())
        return self.chance.choices(
            (
                (set_quantity, (sku, self.chance.randint(0, 4))),
                (place_order, ()),
                (show_cart, ()),
                (remove_lines, ((sku,),)),
                (clear_cart, ()),
                (extend_hold, ()),
                (restore_cart, (True,)),
                (cancel_order, (self.chance.choice(own),)) if own else (show_cart, ()),
            ),
            weights=(10, 6, 1, 1, 1, 2, 3, 2),
        )[0]

    def _wish_of_staff(self) -> tuple[object, ...]:
        if self.known and self.chance.happens(1.3):
            return self.chance.choice(MOVES), (self.chance.choice(self.known),)
        return adjust_stock, (self.chance.choice(SKUS), self.chance.choice((-3, -1, 1, 2, 6)), Reason("count"))
