"""Whose orders a caller may reach: an own permission reaches own ones, a staff permission everybody's."""

from micromart_core.caller import UserId
from micromart_core.errors import NotAllowed, SignInFirst
from micromart_core.permissions import Permission
from micromart_core.transaction import Transaction


def reach(tx: Transaction, own: Permission, everybodys: Permission) -> UserId | None:
    """Return None when the caller may reach everybody's orders, else whose; raise SignInFirst or NotAllowed."""
    caller = tx.caller
    if everybodys in caller.permissions:
        return None
    if own in caller.permissions and caller.user_id is not None:
        return caller.user_id
    if not caller.signed_in:
        raise SignInFirst("Sign in first.", why=f"this needs the permission {own}", hint="micromart auth login")
    raise NotAllowed(
        "You may not do this.",
        why=f"it needs the permission {own} or {everybodys}; {caller.actor} lacks both",
        hint="ask an admin: micromart user grant",
    )
