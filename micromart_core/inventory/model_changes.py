"""The words of changing what is on hand: one change, whose holds may go, and how it refuses."""

from dataclasses import dataclass
from enum import StrEnum

from micromart_core.errors import NotFound, Refused
from micromart_core.inventory.model import LARGEST_STOCK, Reason, Sku


class Evict(StrEnum):
    """Whose holds may be freed when a change would leave less than what is held."""

    NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class Change:
    """What is to become one row of the ledger."""

    sku: Sku
    by: int
    reason: Reason
    note: str | None = None
    order_id: str | None = None
    run_id: str | None = None


@dataclass(frozen=True, slots=True)
class HoldsReleased:
    """What staff took from one cart."""

    cart: str
    lines: tuple[tuple[Sku, int], ...]
    """Pairs of SKU and quantity."""
    reason: Reason


class BelowZero(Refused):
    """More would be taken away than there is."""

    code = "stock.below_zero"

    def __init__(self, sku: Sku, on_hand: int, wanted: int) -> None:
        self.sku, self.on_hand, self.wanted = sku, on_hand, wanted
        super().__init__(
            f"{sku} cannot go to {wanted}: only {on_hand} are on hand.",
            why=f"on hand {on_hand}, so at most {on_hand} can be taken away",
            hint=f"micromart stock show {sku}",
        )


class TooMuchStock(Refused):
    """The shelf has a limit."""

    code = "stock.too_much"

    def __init__(self, sku: Sku, on_hand: int, wanted: int) -> None:
        self.sku, self.on_hand, self.wanted = sku, on_hand, wanted
        super().__init__(
            f"{sku} cannot go to {wanted}.",
            why=f"on hand {on_hand}; a product has at most {LARGEST_STOCK} units",
            hint=f"micromart stock show {sku}",
        )


class RestockedBefore(Refused):
    """What these order lines took is back on the shelf already."""

    code = "stock.restocked_before"

    def __init__(self, order: str, skus: tuple[Sku, ...]) -> None:
        self.order, self.skus = order, skus
        super().__init__(
            f"{', '.join(skus)} of {order} came back before.",
            why="an order line is restocked once",
            hint=f"micromart order show {order}",
        )


class StockHasMoved(Refused):
    """The product has a history in the ledger, which is never deleted."""

    code = "stock.has_moved"

    def __init__(self, sku: Sku) -> None:
        self.sku = sku
        super().__init__(
            f"{sku} cannot be deleted: its stock has moved.",
            why="the ledger keeps every movement",
            hint=f"micromart product archive {sku}",
        )


class UnknownHold(NotFound):
    """The cart holds no such thing."""

    code = "hold.unknown"

    def __init__(self, cart: str, sku: Sku | None) -> None:
        self.cart, self.sku = cart, sku
        super().__init__(
            f"{cart} holds no {sku}." if sku else f"{cart} holds nothing.",
            why="no cart of this id has a live hold on it",
            hint="micromart stock holds",
        )
