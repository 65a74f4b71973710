"""What a restore or a move does to the shop that comes of it: what must not live on goes, and the trail tells of it."""

from micromart_core.authentication.service_sessions import empty_sessions_and_codes
from micromart_core.caller import THE_SHOP
from micromart_core.database import OpenTransaction
from micromart_core.home import os_user
from micromart_core.ids import new_trace_id
from micromart_core.notifications.service_restored import free_letters
from micromart_core.settings import Settings
from micromart_core.transaction import Transaction
from micromart_core.users.service import audit_by

PASSING_TABLES = frozenset({"sessions", "codes", "daemons"})
"""Tables that no move takes along: whoever was signed in signs in again, and daemons say that they are there."""


def take_over(opened: OpenTransaction, action: str, came_from: str) -> None:
    """End every session, kill every code, free the letters that a sender had claimed; audit who brought it, from where.

    The trail cannot go back with the rest: whoever restores an older shop is named in the restored one.
    """
    tx = Transaction(opened.connection, opened.now, THE_SHOP, Settings(), new_trace_id())
    empty_sessions_and_codes(tx)
    free_letters(tx)
    audit_by(tx, f"operator:{os_user()}", action, "shop", after=came_from)
