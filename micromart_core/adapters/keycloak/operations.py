"""What the shop does in its database when somebody comes in with a verified token."""

from micromart_core.authentication.model import Session, session_of
from micromart_core.authentication.names import is_of_the_shop
from micromart_core.carts.service_merge import merge_at_sign_in
from micromart_core.identity import UserDisabled
from micromart_core.operation import operation
from micromart_core.permissions import Permission
from micromart_core.text import terminal_text
from micromart_core.transaction import Transaction
from micromart_core.users.model import Profile
from micromart_core.users.service import audit_by, welcome

_LONGEST_NAME = 255


@operation(writes=False, on_wire=False)
def describe_caller(tx: Transaction) -> Session:
    """Return who is calling and what he may do."""
    return session_of(tx.caller)


@operation(Permission.OPS_RUN, on_wire=False)
def enter_from_issuer(
    tx: Transaction,
    issuer: str,
    subject: str,
    username: str,
    email: str | None,
    source: str,
    cart_key: str | None,
    in_checkout: bool,  # noqa: FBT001  # operations travel by position
) -> Profile:
    """Let in whose token was verified: make or refresh the profile, take over the anonymous cart.

    Raise UserDisabled for whom the shop has blocked; then nothing has changed.
    """
    name = _name_of(username, subject)
    profile = welcome(tx, issuer, subject, name, name=name, email=email)
    if profile.disabled:
        raise UserDisabled(name)
    merge_at_sign_in(tx, profile.id, cart_key, in_checkout=in_checkout)
    audit_by(tx, name, "session.sign_in", f"user:{name}", after=f"from {source}")
    return profile


@operation(Permission.OPS_RUN, on_wire=False)
def note_sign_out(tx: Transaction, username: str) -> None:
    """Write down that somebody left."""
    audit_by(tx, username, "session.sign_out", f"user:{username}")


def _name_of(username: str, subject: str) -> str:
    """Return what a person is called here: their subject, where the name says nothing or is the shop's own."""
    name = terminal_text(username)[:_LONGEST_NAME].strip()
    return subject if not name or is_of_the_shop(name) else name
