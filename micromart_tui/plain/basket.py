"""The cart in lines: more, fewer, held longer, and picked up again when the hold has ended."""

from micromart_core.carts.model import Restored
from micromart_core.carts.service import add_units, extend_hold, remove_lines, set_quantity
from micromart_core.carts.service_restore import restore_cart
from micromart_core.inventory.model import Sku
from micromart_core.products.model import sku_of
from micromart_tui.plain.desk import Desk, NotMeant, quantity_in
from micromart_tui.plain.sentences import cart_words, held_words, price_of, time_left

_WHICH = "Look at a thing first, or say its SKU: add NM-001."


class Basket:
    """What is held for this person."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def show(self, _: str = "") -> None:
        """Say what is held, and for how long."""
        self._desk.say(cart_words(self._desk.cart()))

    def add(self, words: str) -> None:
        """Add one or more of the thing that was looked at, or of a SKU."""
        sku, quantity = self._which(words)
        self._desk.say(held_words(self._desk.gateway.run(add_units, sku, quantity), sku))

    def set(self, words: str) -> None:
        """Hold exactly so many of a thing."""
        sku, quantity = self._which(words)
        self._desk.say(held_words(self._desk.gateway.run(set_quantity, sku, quantity), sku))

    def remove(self, words: str) -> None:
        """Put a thing back on the shelf."""
        sku = self._sku(words)
        self._desk.say(held_words(self._desk.gateway.run(remove_lines, (sku,)), sku))

    def hold_longer(self, _: str = "") -> None:
        """Hold everything to the limit, once a cart."""
        cart = self._desk.gateway.run(extend_hold)
        self._desk.say(f"Held for you for {time_left(cart.seconds_left)}. That goes once a cart.")

    def pick_up(self, _: str = "") -> None:
        """Take back what an ended hold had kept; what is dearer only when the person agrees."""
        restored = self._desk.gateway.run(restore_cart)
        for line in restored.dearer:
            self._desk.say(f"{line.name} was {price_of(line.was)} and is {price_of(line.now)} now.")
        if restored.dearer and self._desk.agrees("Take it at the new price?"):
            restored = self._desk.gateway.run(restore_cart, accept_prices=True)
        self._tell_restored(restored)

    def _tell_restored(self, restored: Restored) -> None:
        if restored.missing:
            self._desk.say(f"Not all there any more: {', '.join(restored.missing)}.")
        self.show()

    def _which(self, words: str) -> tuple[Sku, int]:
        """Read `2`, `NM-001` or `NM-001 2`; nothing is one of the thing looked at."""
        match words.split():
            case []:
                return self._looked_at(), 1
            case [number] if number.isdigit():
                return self._looked_at(), quantity_in(number)
            case [sku]:
                return sku_of(sku), 1
            case [sku, number]:
                return sku_of(sku), quantity_in(number)
        message = "Say a SKU and how many: NM-001 2."
        raise NotMeant(message)

    def _sku(self, words: str) -> Sku:
        return sku_of(words) if words else self._looked_at()

    def _looked_at(self) -> Sku:
        if self._desk.product is None:
            raise NotMeant(_WHICH)
        return self._desk.product
