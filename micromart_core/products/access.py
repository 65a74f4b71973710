"""What an operation asks of its caller beyond the permission it is offered under."""

from micromart_core.errors import NotAllowed, SignInFirst
from micromart_core.permissions import Permission
from micromart_core.transaction import Transaction


def demand(tx: Transaction, permission: Permission, doing: str) -> None:
    """Raise SignInFirst or NotAllowed unless the caller has the permission for what he is doing."""
    if permission in tx.caller.permissions:
        return
    if not tx.caller.signed_in:
        raise SignInFirst(
            f"Sign in first to {doing}.", why=f"this needs the permission {permission}", hint="micromart auth login"
        )
    raise NotAllowed(
        f"You may not {doing}.",
        why=f"it needs the permission {permission}; {tx.caller.actor} lacks it",
        hint="ask an admin: micromart user grant",
    )


def may(tx: Transaction, permission: Permission) -> bool:
    """True when the caller has the permission."""
    return permission in tx.caller.permissions
