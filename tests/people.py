"""People with local accounts of a shop under test: they register, read their letters and sign in."""

from micromart_core.adapters.local_identity.accounts import LocalAccounts
from micromart_core.adapters.local_identity.authority import LocalAuthority
from micromart_core.adapters.local_identity.identity import LocalIdentity
from micromart_core.adapters.remote.authority import RemoteAuthority
from micromart_core.adapters.remote.desk import Desk
from micromart_core.caller import THE_SHOP, Caller
from micromart_core.identity import Credentials, KnownCaller
from micromart_core.ids import new_trace_id
from micromart_core.settings import IdentitySettings
from micromart_core.transaction import Transaction
from tests.elsewhere import IS_ASKED_FOR, Elsewhere

PASSWORD = "copper kettle on the hob"
ANOTHER = "nine quiet herons, one boat"
HERE = "os:1000"


def within(shop, function, *args, caller: Caller = THE_SHOP):
    """Call what is no operation in a transaction of its own, and commit it."""
    with shop.database.begin(writes=True) as opened:
        tx = Transaction(opened.connection, opened.now, caller, shop.settings, new_trace_id())
        result = function(tx, *args)
        opened.commit()
        return result


class People:
    """Everybody who has, or wants, an account."""

    def __init__(self, shop) -> None:
        self.shop = shop = shop.again(identity=IdentitySettings(allow_local=True))
        door = shop.shop.gateway(KnownCaller(THE_SHOP))
        self.accounts, self.authority = LocalAccounts(door), LocalAuthority(door)
        self.identity = LocalIdentity(shop.settings)
        self._elsewhere = Elsewhere(shop.shop, self.identity, sends_letters=False) if IS_ASKED_FOR else None

    def close(self) -> None:
        """Give the connections back."""
        if self._elsewhere is not None:
            self._elsewhere.close()
        self.shop.close()

    def code_to(self, email: str) -> str:
        """The code of the newest letter to an address."""
        newest = 'SELECT secret_code FROM mails WHERE "to" = :email AND secret_code IS NOT NULL ORDER BY id DESC'
        return self.shop.rows(newest, email=email)[0][0]

    def register(self, name: str, *, password: str = PASSWORD, email: str = "") -> str:
        """Register and verify; return the e-mail address."""
        email = email or f"{name}@example.org"
        self.accounts.register(name, email, password, HERE)
        self.accounts.verify(self.code_to(email), HERE)
        return email

    def sign_in(
        self, name: str, *, password: str = PASSWORD, source: str = HERE, cart_secret: str | None = None
    ) -> str:
        return self.accounts.sign_in(name, password, source, cart_secret=cart_secret).token

    def joins(self, name: str) -> str:
        """Register, verify and sign in; return the token."""
        self.register(name)
        return self.sign_in(name)

    def door(self, token: str | None = None, *, cart_secret: str | None = None):
        """The gateway of whoever holds this session or this cart."""
        credentials = Credentials(token, cart_secret)
        local = self.shop.shop.gateway(self.identity, lambda: credentials)
        return local if self._elsewhere is None else self._elsewhere.door_of(credentials, local)

    def authority_before(self, door):
        """What gives roles as the front end has it of somebody with this door."""
        return RemoteAuthority(Desk(door.wire), door.credentials, door.wire.url) if IS_ASKED_FOR else self.authority

    def admin(self, name: str = "ada"):
        """The gateway of the first admin."""
        token = self.joins(name)
        self.authority.bootstrap_admin(name, dry_run=False)
        return self.door(token)
