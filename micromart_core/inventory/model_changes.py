"""The words of changing what is on hand: one change, whose holds may go, and how it refuses."""

from enum import StrEnum

from msgspec import Struct

from micromart_core.errors import InvalidValue, NotFound, Refused
from micromart_core.inventory.model import LARGEST_STOCK, Reason, Sku
from micromart_core.text import clean_line

LONGEST_NOTE = 500


class Evict(StrEnum):
    """Whose holds may be freed when a change would leave less than what is held."""

    NEWEST = "newest"


class Change(Struct, frozen=True):
    """What is to become one row of the ledger."""

    sku: Sku
    by: int
    reason: Reason
    note: str | None = None
    order_id: str | None = None
    run_id: str | None = None


class ReleasedLine(Struct, frozen=True):
    """Units of one product that a cart holds no more."""

    sku: Sku
    quantity: int


class HoldsReleased(Struct, frozen=True):
    """What staff took from one cart."""

    cart: str
    lines: tuple[ReleasedLine, ...]
    reason: Reason


def checked_change(by: int) -> int:
    """Return a change of what is on hand, or raise InvalidValue for none and for too large a one."""
    if by == 0 or abs(by) > LARGEST_STOCK:
        raise InvalidValue(
            f"{by} is no change.", why=f"a change is 1 to {LARGEST_STOCK}, up or down", hint="try --by +5 or --by -2"
        )
    return by


def checked_count(on_hand: int) -> int:
    """Return what was counted, or raise InvalidValue for what cannot be."""
    if not 0 <= on_hand <= LARGEST_STOCK:
        raise InvalidValue(f"{on_hand} is no count.", why=f"a count is 0 to {LARGEST_STOCK}", hint="count again")
    return on_hand


def checked_note(note: str | None) -> str | None:
    """Return a note as it is kept, None for an empty one; raise InvalidValue for what is no line of text."""
    return clean_line("note", note, longest=LONGEST_NOTE, required=False) or None if note else None


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
