"""Who an operation runs for: a signed-in user, an anonymous session, a client, an operator or the shop itself."""

from typing import NewType

from msgspec import Struct

from micromart_core.permissions import ANYONE, EVERYTHING, Permission

UserId = NewType("UserId", str)


class Caller(Struct, frozen=True):
    """The one who asks, as the gateway found out; never made from what the caller says of himself."""

    actor: str
    """The name written into ledger, history and audit: a user name, `guest`, `client:NAME`, `micromart`."""
    permissions: frozenset[Permission] = ANYONE
    user_id: UserId | None = None
    email: str | None = None
    """Where letters go; None unless the address was verified."""
    cart_key: str | None = None
    """SHA-256 of the anonymous cart's secret; None when the front end holds no secret."""
    signed_in: bool = False
    stale: frozenset[Permission] = frozenset()
    """Permissions that a fresh sign-in would give again."""

    @property
    def intent_owner(self) -> str:
        """Whose idempotency keys these are: nobody finds another one's answer by guessing a key."""
        return self.user_id or self.cart_key or self.actor


THE_SHOP = Caller("micromart", EVERYTHING)
STRANGER = Caller("guest")
