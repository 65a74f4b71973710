"""Whose orders a caller may reach: an own permission reaches own ones, a staff permission everybody's."""

from micromart_core.admission import admit
from micromart_core.caller import UserId
from micromart_core.permissions import Permission
from micromart_core.transaction import Transaction
from micromart_core.users.service import person


def reach(tx: Transaction, own: Permission, everybodys: Permission) -> UserId | None:
    """Return None when the caller may reach everybody's orders, else whose; raise SignInFirst or NotAllowed."""
    caller = tx.caller
    if everybodys in caller.permissions:
        return None
    was_staff = everybodys in caller.stale and own not in caller.permissions
    admit(caller, everybodys if was_staff else own)
    return person(tx)
