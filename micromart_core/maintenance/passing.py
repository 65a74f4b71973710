"""What must not outlive a restore or a move: sessions, codes, and claims of processes that are gone."""

from micromart_core.authentication.service_sessions import empty_sessions_and_codes
from micromart_core.caller import THE_SHOP
from micromart_core.database import OpenTransaction
from micromart_core.ids import new_trace_id
from micromart_core.notifications.service_restored import free_letters
from micromart_core.settings import Settings
from micromart_core.transaction import Transaction

PASSING_TABLES = frozenset({"sessions", "codes", "daemons"})
"""Tables that no move takes along: whoever was signed in signs in again, and daemons say that they are there."""


def forget_what_passes(opened: OpenTransaction) -> None:
    """End every session, kill every code, and free the letters that a sender had claimed."""
    tx = Transaction(opened.connection, opened.now, THE_SHOP, Settings(), new_trace_id())
    empty_sessions_and_codes(tx)
    free_letters(tx)
