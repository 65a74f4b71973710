"""The words of ordering: an order, its statuses, and how it refuses."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from micromart_core.errors import HoldEnded, NotFound, Refused
from micromart_core.events import Event
from micromart_core.inventory.model import Sku
from micromart_core.money import Money
from micromart_core.users.model import Address


class OrderStatus(StrEnum):
    """Where an order's goods are."""

    PLACED = "placed"
    PACKED = "packed"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    RETURNED = "returned"


class PaymentStatus(StrEnum):
    """Where an order's money is."""

    UNPAID = "unpaid"
    PAID = "paid"
    REFUNDED = "refunded"


class OrderLine(Struct, frozen=True):
    """What was bought, with the name and price of that moment; `returned` and `restocked` say what came back."""

    sku: Sku
    name: str
    quantity: int
    price: Money
    total: Money
    returned: bool
    restocked: bool


class OrderStep(Struct, frozen=True):
    """A status an order reached (goods or money), when, and who moved it there."""

    status: str
    at: datetime
    actor: str


class OrderMail(Struct, frozen=True):
    """A letter about an order."""

    id: str
    template: str
    status: str


class Order(Struct, frozen=True):
    """An order as its shopper and the staff see it."""

    id: str
    number: str
    user_id: str
    status: OrderStatus
    payment_status: PaymentStatus
    lines: tuple[OrderLine, ...]
    subtotal: Money
    shipping: Money
    tax: Money
    total: Money
    address: Address | None
    email: str | None
    note: str | None
    tracking: str | None
    placed_at: datetime
    history: tuple[OrderStep, ...]
    mails: tuple[OrderMail, ...]
    version: int

    @property
    def items(self) -> int:
        """How many units were bought."""
        return sum(line.quantity for line in self.lines)


class UnknownOrder(NotFound):
    """No order has this id or number, or it belongs to somebody else."""

    code = "order.unknown"

    def __init__(self, name: str) -> None:
        self.order = name
        super().__init__(
            f"There is no order {name}.",
            why="no order of yours has this id or number",
            hint="micromart order list",
        )


_DONE = {"pay": "paid", "ship": "shipped", "cancel": "cancelled"}
"""What has happened to an order by a move, where that is more than the move with -ed."""


class WrongStatus(Refused):
    """The order is not where this move begins."""

    code = "order.wrong_status"

    def __init__(self, number: str, status: str, move: str, allowed: tuple[str, ...]) -> None:
        self.order, self.status, self.move = number, status, move
        done = _DONE.get(move, f"{move}ed")
        super().__init__(
            f"{number} cannot be {done}: it is {status}.",
            why=f"an order can be {done} while it is {' or '.join(allowed)}",
            hint=f"micromart order show {number}",
        )


class UnknownOrderLine(NotFound):
    """The order has no line with this SKU."""

    code = "order.unknown_line"

    def __init__(self, number: str, sku: str) -> None:
        self.order, self.sku = number, sku
        super().__init__(
            f"{number} has no {sku}.", why="no line of this order has this SKU", hint=f"micromart order show {number}"
        )


class AlreadyReturned(Refused):
    """The line came back before."""

    code = "order.already_returned"

    def __init__(self, number: str, sku: str) -> None:
        self.order, self.sku = number, sku
        super().__init__(
            f"{sku} of {number} was returned already.",
            why="a line comes back once",
            hint=f"micromart order show {number}",
        )


class CartChangedMeanwhile(HoldEnded):
    """The hold ended and something is gone or dearer; nothing was ordered. `missing` pairs are SKU and units left."""

    code = "checkout.hold_ended"

    def __init__(self, missing: tuple[tuple[str, int], ...], dearer: tuple[tuple[str, str, str], ...]) -> None:
        self.missing, self.dearer = missing, dearer
        gone = [f"{sku}: only {left} left" for sku, left in missing]
        risen = [f"{sku}: was {was}, is {now}" for sku, was, now in dearer]
        super().__init__(
            "The hold on your cart has ended; nothing was ordered.",
            why="; ".join(gone + risen) or "this shop never orders a cart whose hold has ended",
            hint="micromart cart restore",
        )


@dataclass(frozen=True, kw_only=True)
class OrderPlaced(Event, name="order.placed", key="order_id"):
    """An order was acknowledged."""

    order_id: str
    number: str
    user_id: str
    email: str | None
    version: int
    lines: tuple[tuple[str, str, int, Money], ...]
    """SKU, name, quantity, price of one."""
    subtotal: Money
    shipping: Money
    tax: Money
    total: Money
    address: Address | None
    placed_at: datetime

    def for_the_log(self) -> Mapping[str, str | int | float]:
        """Tell what was sold, and to nobody."""
        return {
            "micromart.order.number": self.number,
            "micromart.order.total": float(str(self.total)),
            "micromart.order.currency": self.total.currency,
            "micromart.order.units": sum(quantity for _, _, quantity, _ in self.lines),
        }


@dataclass(frozen=True, kw_only=True)
class OrderStatusChanged(Event, name="order.status_changed", key="order_id"):
    """An order's goods or money moved on; `was` is the goods' status before, so equal to `status` when money moved."""

    order_id: str
    number: str
    user_id: str
    email: str | None
    version: int
    status: str
    payment_status: str
    was: str
    tracking: str | None
    actor: str
    at: datetime

    def for_the_log(self) -> Mapping[str, str | int | float]:
        """Tell which order moved, and whereto."""
        return {
            "micromart.order.number": self.number,
            "micromart.order.status": self.status,
            "micromart.order.payment_status": self.payment_status,
        }
