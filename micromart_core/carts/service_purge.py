"""Forgetting carts that ended long ago."""

from datetime import timedelta

from micromart_core.carts import store_purge
from micromart_core.carts.store import RESTORABLE_FOR
from micromart_core.operation import operation
from micromart_core.transaction import Transaction

NAMELESS_FOR = timedelta(days=30)
"""How long an anonymous cart without an order is remembered, to know who hoards."""


@operation("ops:run", repeatable=True, on_wire=False)
def forget_ended_carts(tx: Transaction) -> int:
    """Delete what can no longer be restored, and after a month the anonymous carts it lay in; return how many rows."""
    lines = store_purge.delete_lines_of_ended(tx, before=tx.now - RESTORABLE_FOR)
    return lines + store_purge.delete_nameless(tx, before=tx.now - NAMELESS_FOR)
