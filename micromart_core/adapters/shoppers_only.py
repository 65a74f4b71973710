"""An identity for doors at which staff do not work: whoever comes in there is a shopper, whatever their roles."""

from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection

from micromart_core.caller import Caller
from micromart_core.identity import Credentials, Identity
from micromart_core.operation import Access
from micromart_core.permissions import STAFF


class ShoppersOnly(Struct, frozen=True):
    """Finds out who is calling as another identity does, and leaves what only staff may aside."""

    identity: Identity

    def prepare(self, credentials: Credentials, access: Access) -> object:
        """Do what takes time; an issuer is not asked for rights that are left aside anyway."""
        return self.identity.prepare(credentials, replace(access, permission=None, also=None, writes=False))

    def identify(self, connection: Connection, now: datetime, prepared: object) -> Caller:
        """Say who is calling."""
        caller = self.identity.identify(connection, now, prepared)
        return replace(caller, permissions=caller.permissions - STAFF, stale=frozenset())
