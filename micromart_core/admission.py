"""Who may pass: a caller with the permission; everybody else is told what is missing."""

from micromart_core.caller import Caller
from micromart_core.errors import NotAllowed, SignInFirst
from micromart_core.permissions import Permission


def admit(caller: Caller, permission: Permission, doing: str = "do this") -> None:
    """Let through who has the permission for what he is doing; raise SignInFirst or NotAllowed for all others."""
    if permission in caller.stale:
        raise SignInFirst(
            "Sign in again.",
            why=f"{permission} needs a fresh sign-in, and yours is too old",
            hint="micromart auth login",
        )
    if permission in caller.permissions:
        return
    if not caller.signed_in:
        raise SignInFirst(
            "Sign in first.",
            why=f"this needs the permission {permission}",
            hint="micromart auth login; new here: micromart auth register",
        )
    raise NotAllowed(
        f"You may not {doing}.",
        why=f"it needs the permission {permission}; {caller.actor} lacks it",
        hint="ask an admin: micromart user grant",
    )
