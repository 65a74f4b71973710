"""Ordering in lines: where to, what it comes to, yes or no; and the orders there are."""

from functools import partial

from micromart_core.carts.service import extend_hold
from micromart_core.errors import HoldEnded, Refused
from micromart_core.ids import new_id
from micromart_core.orders.model import Order
from micromart_core.orders.service import place_order
from micromart_core.orders.service_lists import my_orders, show_order
from micromart_core.orders.service_moves import cancel_order
from micromart_core.shop_facts import show_shop
from micromart_core.users.model import Address
from micromart_core.users.service_addresses import add_address, list_addresses
from micromart_tui.plain.desk import Desk
from micromart_tui.plain.door import Door
from micromart_tui.plain.sentences import EMPTY, address_words, counted, order_in_brief, order_in_full, price_of

_FIELDS = {
    "name": "Whose name is on the door?",
    "line1": "Street and number?",
    "line2": "A second line? Nothing for none.",
    "postcode": "Postcode?",
    "city": "City?",
    "region": "State or region? Nothing for none.",
    "country": "Country, in two letters?",
}
_MAY_BE_EMPTY = {"line2", "region"}
_LISTED = 20


class Till:
    """Where a cart becomes an order."""

    def __init__(self, desk: Desk, door: Door) -> None:
        self._desk, self._door = desk, door

    def check_out(self, _: str = "") -> None:
        """Order what is in the cart, once."""
        if not self._desk.cart().lines:
            self._desk.say(EMPTY)
            return
        self._hold_through_it()
        if not (self._door.is_signed_in or self._door.come_in(in_checkout=True)):
            self._desk.say("Nothing was ordered. Your cart is still held.")
            return
        address = self._where_to()
        foreseen = self._desk.gateway.under(dry_run=True).run(place_order, None, address, None)
        if self._desk.agrees(_question(foreseen)):
            self._place(address)
        else:
            self._desk.say("Nothing was ordered. Your cart is still held.")

    def orders(self, _: str = "") -> None:
        """Say the newest orders."""
        found = self._desk.gateway.run(my_orders, None, _LISTED).items
        opens = [partial(self.order, order.number) for order in found]
        self._desk.list([order_in_brief(order) for order in found], list(opens))
        self._desk.say("Say a number to hear one." if found else "No orders yet.")

    def order(self, number: str) -> None:
        """Say everything of one order."""
        number = number or self._desk.ask("Which order?")
        self._desk.say(order_in_full(self._desk.gateway.run(show_order, number)))

    def cancel(self, number: str) -> None:
        """Cancel an order that has not left."""
        order = self._desk.gateway.run(show_order, number or self._desk.ask("Which order?"))
        if self._desk.agrees(f"Cancel {order.number} of {price_of(order.total)}?"):
            self._desk.say(order_in_full(self._desk.gateway.run(cancel_order, order.number)))

    def _hold_through_it(self) -> None:
        """Make the hold last to its limit; where none runs any more, the order says what that means."""
        try:
            self._desk.gateway.run(extend_hold)
        except (HoldEnded, Refused) as reason:
            self._desk.say(reason.message)

    def _where_to(self) -> str | None:
        """Return the address that is chosen, None where an order needs none."""
        known = self._desk.gateway.run(list_addresses)
        if not known:
            return self._new_address().id if self._desk.gateway.run(show_shop).require_address else None
        if len(known) == 1:
            return known[0].id
        self._desk.list([address_words(each) for each in known], [])
        usual = next((at for at, each in enumerate(known, 1) if each.is_default), 1)
        answer = self._desk.ask(f"Where should it go? Say a number; nothing is {usual}.")
        chosen = int(answer) if answer.isascii() and answer.isdigit() and len(answer) < len("100") else usual
        return known[chosen - 1].id if 1 <= chosen <= len(known) else known[usual - 1].id

    def _new_address(self) -> Address:
        self._desk.say("Where should it go?")
        written = {}
        for name, question in _FIELDS.items():
            answer = self._desk.ask(question)
            while not answer and name not in _MAY_BE_EMPTY:
                answer = self._desk.ask(question)
            written[name] = answer
        return self._desk.gateway.run(add_address, **written)

    def _place(self, address: str | None) -> None:
        intent = self._desk.gateway.under(idempotency_key=new_id("key"))
        order = intent.run(place_order, None, address, None)
        self._desk.cart()
        told = f" A letter is on its way to {order.email}." if order.email else ""
        self._desk.say(f"Thank you. Your order is {order.number}, {price_of(order.total)}.{told}")
        if self._desk.sign_in is not None:
            self._desk.sign_in.send_letters()


def _question(order: Order) -> str:
    goes_to = f", to {address_words(order.address)}" if order.address else ""
    return f"Order {counted(order.items, 'thing')} for {price_of(order.total)}{goes_to}?"
