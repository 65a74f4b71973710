"""What a sign-in does with carts, as an operation of its own."""

from micromart_core.caller import UserId
from micromart_core.carts.service_merge import merge_at_sign_in
from micromart_core.operation import operation
from micromart_core.transaction import Transaction


@operation("ops:run", on_wire=False)
def sign_in(tx: Transaction, user: str, guest: str, in_checkout: bool) -> None:  # noqa: FBT001  # travels by position
    """Do with the carts what a sign-in does."""
    merge_at_sign_in(tx, UserId(f"usr_{user}"), f"key-of-{guest}", in_checkout=in_checkout)
