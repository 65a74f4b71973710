"""What a front end must know of the shop it opens: its name, its money, its clock, and how people sign in."""

from datetime import datetime
from typing import Any

from msgspec import Struct

from micromart_core.operation import operation
from micromart_core.settings import Settings
from micromart_core.transaction import Transaction


class ShopFacts(Struct, frozen=True):
    """The shop as its owner set it up, and what time it is there."""

    name: str
    currency: str
    hold_minutes: float
    """How long what a cart gains is held."""
    limit_minutes: float
    """The longest a cart is held."""
    require_address: bool
    """True: an order needs an address."""
    issuer: str | None
    """Where people sign in; None = local accounts."""
    bell: bool
    """True: screens ring when a hold is nearly over."""
    now: datetime
    """The database's moment: screens count down to moments of its clock, not of their host's."""


@operation(writes=False, polled=True)
def show_shop(tx: Transaction) -> ShopFacts:
    """Return what a front end must know before it shows anything."""
    return ShopFacts(**facts_of(tx.settings), now=tx.now)


def facts_of(settings: Settings) -> dict[str, Any]:
    """Return what an owner set of these facts, by name: all but the moment, which only the database knows."""
    return {
        "name": settings.shop.name,
        "currency": settings.shop.currency,
        "hold_minutes": settings.holds.duration.total_seconds() / 60,
        "limit_minutes": settings.holds.limit.total_seconds() / 60,
        "require_address": settings.checkout.require_address,
        "issuer": settings.identity.issuer or None,
        "bell": settings.screens.bell,
    }
