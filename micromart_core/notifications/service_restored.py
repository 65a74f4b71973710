"""What a restored or moved shop does with the letters that were under way; those sent by then stay sent."""

from micromart_core.notifications import store_restored
from micromart_core.transaction import Transaction

_VOID = "its code became void when the shop was restored or moved"


def free_letters(tx: Transaction) -> None:
    """Let claimed letters be sent by whoever sends next; give up those whose code is void now."""
    store_restored.free_claims(tx)
    store_restored.give_up_codes(tx, _VOID)
