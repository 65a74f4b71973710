"""Puts together what a shop needs of its OpenID issuer; with `bootstrap` the only place that names its adapters."""

import threading
from collections.abc import Callable, Mapping
from typing import Any

from micromart_core.adapters.home_credentials import ClientCredentials, credentials_of_sign_in
from micromart_core.adapters.keycloak.authority import IssuerAuthority
from micromart_core.adapters.keycloak.identity import IssuerIdentity
from micromart_core.adapters.keycloak.key_cache import HomeKeyCache
from micromart_core.adapters.keycloak.link import IssuerLink
from micromart_core.adapters.keycloak.memory_store import MemoryStore
from micromart_core.adapters.keycloak.proven import Proven
from micromart_core.adapters.keycloak.realm_admin import RealmAdmin
from micromart_core.adapters.keycloak.reception import Reception, ReceptionHere
from micromart_core.adapters.keycloak.refusals import IssuerMisbehaves, StaffNotServed
from micromart_core.adapters.keycloak.renewal import Renewal
from micromart_core.adapters.keycloak.sign_in import IssuerSignIn
from micromart_core.adapters.keycloak.sign_in_store import FILE, MEMORY, SignInStore
from micromart_core.adapters.keycloak.staff_rights import StaffRights
from micromart_core.adapters.keycloak.token_store import NO_VAULT, TokenStore
from micromart_core.adapters.keycloak.tokens import TokenEndpoint
from micromart_core.adapters.keycloak.vault import OsKeyring
from micromart_core.cart_secret import CartSecret, HomeCartSecret
from micromart_core.clock import utc_now
from micromart_core.gateway import LocalGateway
from micromart_core.home import Home
from micromart_core.identity import Credentials
from micromart_core.settings import Settings

Door = Callable[[Callable[[], Credentials]], LocalGateway]
"""What opens the shop to whoever these credentials belong to."""
ALGORITHMS = frozenset({"ES256"})
"""What the realm signs with (deploy/keycloak); nothing else is believed."""


class Issuer:
    """The issuer that the settings name; nothing is asked of it before it is needed."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._link = IssuerLink(settings.identity.issuer)
        self._making = threading.Lock()
        self._in_memory: dict[Home, MemoryStore] = {}

    def identity_of(self, home: Home) -> IssuerIdentity:
        """Return who finds out who is calling; its keys are remembered in the home's cache."""
        identity, script = self._settings.identity, self._settings.automation.client_id
        staff = StaffRights(self._introspect, self._link.host, identity.audience)
        return IssuerIdentity(identity.issuer, self._verifying(home), staff, frozenset({script} - {""}))

    def credentials_of(self, home: Home) -> Callable[[], Credentials]:
        """Return how the person of a home, or the script that the settings name, says who is calling."""
        if self._settings.automation.client_id:
            return ClientCredentials(self._settings.automation, self._sign_in_client)
        renewal = self._renewal(self._store(home))
        return lambda: credentials_of_sign_in(HomeCartSecret(home), renewal.access_token)

    def sign_in_at(self, home: Home, reception: Reception) -> IssuerSignIn:
        """Return what signs the person of a home in and out, wherever the shop lets people in."""
        return self._sign_in(self._store(home), HomeCartSecret(home), reception)

    def passing_sign_in(self, cart: CartSecret, keys: Home, shop: LocalGateway, door: Door) -> IssuerSignIn:
        """Return what signs somebody in whose tokens are in memory; the issuer's public keys lie in the home `keys`."""
        identity = self._settings.identity
        store = MemoryStore(identity.issuer, identity.client_id, utc_now)
        return self._sign_in(store, cart, self.reception_of(keys, shop, door))

    def reception_of(self, keys: Home, shop: LocalGateway, door: Door) -> ReceptionHere:
        """Return what lets people in beside the shop's database; the issuer's keys lie in the home `keys`."""
        identity = self._settings.identity
        return ReceptionHere(identity.issuer, identity.client_id, self._verifying(keys), shop, door)

    def _sign_in(self, store: SignInStore, cart: CartSecret, reception: Reception) -> IssuerSignIn:
        client_id = self._settings.identity.client_id
        return IssuerSignIn(cart, store, self._renewal(store), lambda: self._link.client(client_id), reception)

    def authority(self) -> IssuerAuthority:
        """Return what gives and takes roles there."""
        core = RealmAdmin(self._core, self._core_secret)
        return IssuerAuthority(self._settings.identity.issuer, self._link.host, core)

    def describe(self) -> str:
        """Ask the issuer all that signing in asks, and say what is there; raise what keeps people or staff out."""
        from micromart_core.adapters.keycloak.key_set import keys_of

        count = len(keys_of(self._link.fetch_keys(), ALGORITHMS))
        if not count:
            raise IssuerMisbehaves(self._link.host, f"it signs with none of {', '.join(sorted(ALGORITHMS))}")
        told = f"reached {self._settings.identity.issuer}, {count} {'key' if count == 1 else 'keys'}"
        if not self._settings.identity.core_client_secret:
            return f"{told}; staff change nothing from here: identity.core_client_secret is not set"
        self._core().sign_in_client(self._core_secret())
        return f"{told}; staff may work here"

    def close(self) -> None:
        """Give the connections back."""
        self._link.close()

    def _store(self, home: Home) -> SignInStore:
        identity = self._settings.identity
        if identity.token_store == MEMORY:
            with self._making:
                return self._in_memory.setdefault(home, MemoryStore(identity.issuer, identity.client_id, utc_now))
        vault = NO_VAULT if identity.token_store == FILE else OsKeyring()
        return TokenStore(home, identity.issuer, identity.client_id, utc_now, vault)

    def _renewal(self, store: SignInStore) -> Renewal:
        client_id = self._settings.identity.client_id
        return Renewal(
            store,
            refresh=lambda token: self._link.client(client_id).refresh(token),
            revoke=lambda token: self._link.client(client_id).revoke(token),
        )

    def _sign_in_client(self, name: str, secret: str) -> str:
        return self._link.client(name).sign_in_client(secret).access_token

    def _introspect(self, token: str) -> Mapping[str, Any]:
        return self._core().introspect(self._core_secret(), token)

    def _core(self) -> TokenEndpoint:
        return self._link.client(self._settings.identity.core_client_id)

    def _core_secret(self) -> str:
        secret = self._settings.identity.core_client_secret
        if not secret:
            raise StaffNotServed
        return secret

    def _verifying(self, home: Home) -> Callable[[str], Proven]:
        """Return what verifies a token; the verifier is made for the first one: guests do not wait for cryptography."""
        made: list[Callable[[str], Proven]] = []

        def verify(token: str) -> Proven:
            if not made:
                made.append(self._make_verifier(home))
            return made[0](token)

        return verify

    def _make_verifier(self, home: Home) -> Callable[[str], Proven]:
        from micromart_core.adapters.keycloak.keys import Keys
        from micromart_core.adapters.keycloak.verifier import Verifier

        identity = self._settings.identity
        clients = frozenset({identity.client_id, self._settings.automation.client_id} - {""})
        keys = Keys(self._link.fetch_keys, HomeKeyCache(home, identity.issuer), utc_now, ALGORITHMS)
        return Verifier(identity.issuer, identity.audience, clients, keys, utc_now).verify


def describe_issuer(settings: Settings) -> str:
    """Say what the issuer of a shop answers, over a connection of its own; raise what keeps people or staff out."""
    issuer = Issuer(settings)
    try:
        return issuer.describe()
    finally:
        issuer.close()
