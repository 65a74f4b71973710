"""What the promises say about carts and stock, in plain Python: no table, no lock, one thing after the other."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

DURATION, LIMIT = timedelta(minutes=10), timedelta(minutes=15)


@dataclass
class HeldCart:
    """What one person's open cart holds, until when, and until when at most."""

    lines: dict[str, int] = field(default_factory=dict)
    until: datetime | None = None
    limit: datetime | None = None
    extended: bool = False

    def is_live(self, now: datetime) -> bool:
        return self.until is not None and now < self.until


@dataclass
class ReferenceShop:
    """Stock on hand, and who holds how much of it for how long."""

    on_hand: dict[str, int]
    carts: dict[str, HeldCart] = field(default_factory=dict)

    def cart(self, person: str, now: datetime) -> HeldCart:
        """The live cart of a person; one that is over is as good as gone."""
        cart = self.carts.get(person)
        if cart is None or (cart.until is not None and not cart.is_live(now)):
            cart = self.carts[person] = HeldCart()
        return cart

    def available(self, sku: str, now: datetime) -> int:
        return self.on_hand[sku] - sum(cart.lines.get(sku, 0) for cart in self.carts.values() if cart.is_live(now))

    def can_set(self, person: str, sku: str, quantity: int, now: datetime) -> bool:
        return quantity - self.cart(person, now).lines.get(sku, 0) <= self.available(sku, now)

    def set(self, person: str, sku: str, quantity: int, now: datetime) -> None:
        cart = self.cart(person, now)
        gained = quantity > cart.lines.get(sku, 0)
        if quantity:
            cart.lines[sku] = quantity
        else:
            cart.lines.pop(sku, None)
        self._after_change(cart, gained=gained, now=now)

    def extend(self, person: str, now: datetime) -> None:
        cart = self.cart(person, now)
        if not cart.extended:
            cart.until, cart.extended = cart.limit, True

    def take(self, person: str, now: datetime) -> dict[str, int]:
        """Sell what a person holds; return it."""
        lines = self.carts.pop(person).lines
        self.sell(lines)
        return lines

    def sell(self, lines: dict[str, int]) -> None:
        for sku, quantity in lines.items():
            self.on_hand[sku] -= quantity

    def merge(self, guest: str, user: str, now: datetime, *, in_checkout: bool) -> None:
        """Union by the larger quantity, earlier limit, later deadline within it; in the checkout the one in hand."""
        mine, theirs = self.cart(guest, now), self.cart(user, now)
        self.carts.pop(guest)
        if mine.until is None or (theirs.until is not None and not in_checkout):
            self.carts[user] = _united(mine, theirs)
        else:
            self.carts[user] = mine

    @staticmethod
    def _after_change(cart: HeldCart, *, gained: bool, now: datetime) -> None:
        if not cart.lines:
            cart.until = cart.limit = None
        elif gained:
            cart.limit = cart.limit or now + LIMIT
            fresh = min(now + DURATION, cart.limit)
            cart.until = max(cart.until or fresh, fresh)


def _united(mine: HeldCart, theirs: HeldCart) -> HeldCart:
    lines = {
        sku: max(mine.lines.get(sku, 0), theirs.lines.get(sku, 0)) for sku in mine.lines.keys() | theirs.lines.keys()
    }
    limits = [cart.limit for cart in (mine, theirs) if cart.limit]
    untils = [cart.until for cart in (mine, theirs) if cart.until]
    limit = min(limits, default=None)
    until = min(max(untils), limit) if untils and limit else None
    return HeldCart(lines, until, limit, mine.extended or theirs.extended)
