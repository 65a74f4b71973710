"""What the shop's database says, and writes down, when staff give and take roles that the issuer keeps."""

from micromart_core.authentication.service import refuse_beyond_own
from micromart_core.changes import Topic
from micromart_core.operation import operation
from micromart_core.permissions import Permission, Role
from micromart_core.transaction import Transaction
from micromart_core.users.model import Profile
from micromart_core.users.service import audit
from micromart_core.users.service_staff import find_person


@operation(Permission.USER_GRANT, writes=False, on_wire=False)
def find_grantee(tx: Transaction, user: str, role: Role) -> Profile:
    """Return whom staff named; raise NotAllowed beyond one's own permissions, UnknownUser."""
    refuse_beyond_own(tx, role)
    return find_person(tx, user)


@operation(Permission.USER_GRANT, on_wire=False)
def note_role_change(tx: Transaction, action: str, username: str, role: Role, before: tuple[Role, ...]) -> None:
    """Write down what is about to be changed at the issuer, by whoever may still do it; raise NotAllowed."""
    refuse_beyond_own(tx, role)
    after = {*before} ^ {role}
    _note(tx, action, username, before, after=", ".join(sorted(after)))


@operation(Permission.USER_GRANT, on_wire=False)
def note_role_kept(tx: Transaction, action: str, username: str, role: Role, before: tuple[Role, ...]) -> None:
    """Write down that the issuer did not do what was noted before."""
    _note(tx, f"{action}.failed", username, before, after=f"{role} not changed")


def _note(tx: Transaction, action: str, username: str, before: tuple[Role, ...], after: str) -> None:
    tx.touch(Topic.USERS, "")
    audit(tx, action, f"user:{username}", before=", ".join(before), after=after)
