"""The words of looking at the stockroom: pages, explanations, checks and counts."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from micromart_core.inventory.model import Hold, Sku, StockLevel, StockMovement


class LevelPage(Struct, frozen=True):
    """One page of levels by SKU; `next` continues it, None at the end."""

    items: tuple[StockLevel, ...]
    next: str | None


class MovementPage(Struct, frozen=True):
    """One page of the ledger, newest first; `next` continues it, None at the end."""

    items: tuple[StockMovement, ...]
    next: str | None


class HoldPage(Struct, frozen=True):
    """One page of live holds by SKU and cart; `next` continues it, None at the end."""

    items: tuple[Hold, ...]
    next: str | None


class HoldOfCart(Struct, frozen=True):
    """What one cart holds of the product that is explained."""

    cart: str
    quantity: int
    until: datetime


class StockExplained(StockLevel, frozen=True):
    """A level with those who hold it and the sum that leads to what is available."""

    holds: tuple[HoldOfCart, ...]
    """The first thousand live holds, by cart."""
    arithmetic: str


class Broken(StrEnum):
    """The promises `verify` checks."""

    LEDGER = "ledger"
    """Replaying the ledger does not give what is on hand."""
    BALANCE = "balance"
    """A ledger row's balance is not the one before plus its change."""
    HELD = "held"
    """What is counted as held is not what cart lines hold."""
    RANGE = "range"
    """Held is below zero or above what is on hand."""
    OWNERLESS = "ownerless"
    """A cart that is not open, or has no deadline, holds units that nobody would ever free."""


class Violation(Struct, frozen=True):
    """A product that breaks a promise: what is stored, and what follows from the facts."""

    sku: Sku
    kind: Broken
    stored: int
    expected: int


class StockVerified(Struct, frozen=True):
    """What a check of every product found, at most a thousand violations of a kind; `repaired` is what it set right."""

    ok: bool
    products: int
    movements: int
    violations: tuple[Violation, ...]
    repaired: tuple[Sku, ...] = ()


class StatsBy(StrEnum):
    """What stock movements are counted by."""

    PRODUCT = "product"
    DAY = "day"
    HOUR = "hour"


class StockCount(Struct, frozen=True):
    """Units that moved, of one product or in one day or hour (its beginning in UTC)."""

    key: str
    movements: int
    added: int
    sold: int
    removed: int
    change: int


class StockStats(Struct, frozen=True):
    """Movements counted by product, day or hour."""

    by: StatsBy
    since: datetime | None
    items: tuple[StockCount, ...]
    next: str | None


class Shelf(StrEnum):
    """States of a shelf that staff looks for."""

    LOW = "low"
    """No more is on hand than the reorder level."""
    SOLD_OUT = "sold-out"
    """Nothing is free."""
    HELD = "held"
    """Carts hold some of it."""


class ShelfCounts(Struct, frozen=True):
    """How many products there are, low ones and sold-out ones; of the first ten thousand unless `is_whole`."""

    products: int
    low: int
    sold_out: int
    is_whole: bool


class SoldInDay(Struct, frozen=True):
    """Units that orders took of a product in one day, numbered since 1970 in UTC."""

    sku: Sku
    day: int
    units: int


class SoldLately(Struct, frozen=True):
    """Units that orders took of a product in each of the last days, today the last one."""

    sku: Sku
    days: tuple[int, ...]


class ShelfProof(Struct, frozen=True):
    """What one product's ledger adds up to, its newest balance, and what is on hand: all three must be the same."""

    sku: Sku
    on_hand: int
    movements: int
    sum: int
    balance: int

    @property
    def ok(self) -> bool:
        """True when they are."""
        return self.sum == self.balance == self.on_hand
