"""A shop whose people sign in at the issuer in memory."""

from datetime import timedelta

from micromart_core.adapters.keycloak.discovery import discover
from micromart_core.adapters.keycloak.identity import IssuerIdentity
from micromart_core.adapters.keycloak.keys import Keys
from micromart_core.adapters.keycloak.operations import enter_from_issuer
from micromart_core.adapters.keycloak.staff_rights import StaffRights
from micromart_core.adapters.keycloak.tokens import TokenEndpoint
from micromart_core.adapters.keycloak.verifier import Verifier
from micromart_core.authentication.secrets import hash_secret
from micromart_core.caller import THE_SHOP
from micromart_core.clock import utc_now
from micromart_core.identity import Credentials, KnownCaller
from micromart_core.operation import access_to
from micromart_core.users.service import show_profile
from tests.identity.issuer import AUDIENCE, CLIENT, ISSUER, Issuer
from tests.identity.test_verifier import NoCache

SCRIPT = "micromart-automation"
SHOPPER = {AUDIENCE: {"roles": ["cart:own", "order:place", "profile:own"]}}


class ServedShop:
    """A shop, its issuer, and whoever comes with a token."""

    def __init__(self, shop, issuer: Issuer) -> None:
        self.shop, self.issuer, self.late = shop, issuer, timedelta(0)

        def fetch():
            return issuer.wire.get(f"{ISSUER}/certs").body

        def clock():
            return utc_now() + self.late

        keys = Keys(fetch, NoCache(), clock, frozenset({"ES256"}))
        verifier = Verifier(ISSUER, AUDIENCE, frozenset({CLIENT, SCRIPT}), keys, clock)
        tokens = TokenEndpoint(issuer.wire, discover(issuer.wire, ISSUER), "micromart-core")
        self.seconds = 0.0
        staff = StaffRights(
            lambda token: tokens.introspect("core-secret", token), "id.example.org", AUDIENCE, lambda: self.seconds
        )
        self.identity = IssuerIdentity(ISSUER, verifier.verify, staff, frozenset({SCRIPT}))

    def door(self, token: str | None = None, cart_secret: str | None = None):
        return self.shop.shop.gateway(self.identity, lambda: Credentials(token, cart_secret))

    def token(self, **claims) -> str:
        return self.issuer.token(**{"resource_access": SHOPPER} | claims)

    def enters(self, subject: str = "7c1d", username: str = "ann", email=None, cart_secret: str | None = None):
        key = hash_secret(cart_secret) if cart_secret else None
        door = self.shop.shop.gateway(KnownCaller(THE_SHOP))
        return door.run(enter_from_issuer, ISSUER, subject, username, email, "here", key, False)

    def who(self, token: str, operation=show_profile):
        prepared = self.identity.prepare(Credentials(token), access_to(operation))
        with self.shop.database.begin(writes=False) as opened:
            return self.identity.identify(opened.connection, opened.now, prepared)
