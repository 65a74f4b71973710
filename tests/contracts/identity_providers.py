"""Whoever keeps the accounts: the shop itself, and the real Keycloak behind the same methods."""

import threading
from pathlib import Path
from typing import Protocol

from msgspec.structs import replace

from micromart_core.adapters.keycloak.sign_in import IssuerSignIn
from micromart_core.bootstrap_issuer import Issuer
from micromart_core.caller import THE_SHOP
from micromart_core.home import Home
from micromart_core.identity import Identity, KnownCaller
from micromart_core.permissions import Role
from micromart_core.settings import AutomationSettings, IdentitySettings, Settings
from tests.identity.person import ANOTHER
from tests.identity.real_keycloak import RealKeycloak
from tests.people import HERE, People


class Provider(Protocol):
    """What a test needs of whoever keeps the accounts."""

    identity: Identity
    client: str

    def called(self, name: str) -> str:
        """Return the user name of whom the story calls so."""

    def later(self, token: str) -> str:
        """Return what the front end shows once a change must be felt, 300 s later at most; raise SignInFirst."""

    def token_of(self, name: str) -> str: ...

    def client_token(self) -> str: ...

    def grant(self, name: str, role: Role) -> None: ...

    def revoke(self, name: str, role: Role) -> None: ...

    def sign_out(self, token: str) -> None: ...

    def change_password(self, name: str) -> None: ...

    def close(self) -> None: ...


class LocalProvider:
    """Accounts in the shop's own database: every change is seen at once."""

    client = "nightly"

    def __init__(self, shop) -> None:
        self.people = People(shop)
        self.identity = self.people.identity
        self._admin = self.people.admin("root-admin")

    def called(self, name: str) -> str:
        return name

    def later(self, token: str) -> str:
        return token

    def token_of(self, name: str) -> str:
        return self.people.joins(name)

    def client_token(self) -> str:
        self.people.authority.create_client(self._admin, "nightly", "a-secret")
        return self.people.authority.sign_in_client("nightly", "a-secret", HERE)

    def grant(self, name: str, role: Role) -> None:
        self.people.authority.grant(self._admin, name, role)

    def revoke(self, name: str, role: Role) -> None:
        self.people.authority.revoke(self._admin, name, role)

    def sign_out(self, token: str) -> None:
        self.people.accounts.sign_out(token)

    def change_password(self, name: str) -> None:
        self.people.accounts.recover(f"{name}@example.org", HERE)
        self.people.accounts.recover_with(
            self.people.code_to(f"{name}@example.org"), "three tall ships, one gull", HERE
        )

    def close(self) -> None:
        self.people.close()


class KeycloakProvider:
    """Accounts at the real Keycloak, for a shop wired as its settings say."""

    client = "micromart-automation"

    def __init__(self, shop, keycloak: RealKeycloak, folder: Path) -> None:
        self._shop, self._keycloak, self._folder = shop, keycloak, folder
        settings = Settings(
            identity=IdentitySettings(issuer=keycloak.issuer, core_client_secret=keycloak.core[1]),
            automation=AutomationSettings(client_id=self.client, client_secret=keycloak.automation[1]),
        )
        self._issuer = Issuer(settings)
        self.identity = self._issuer.identity_of(self._home("shop"))
        self._people, self._signed_in = {}, {}

    def called(self, name: str) -> str:
        return self._person(name).name

    def later(self, token: str) -> str:
        """Let the kept token be over at once, instead of waiting 300 s: then it is renewed."""
        sign_in = self._signed_in[token]
        held = sign_in.store.load()
        if held is not None:
            sign_in.store.save(replace(held, expires_at=0.0))
        renewed = sign_in.renewal.access_token() or "nobody is signed in"
        self._signed_in[renewed] = sign_in
        return renewed

    def token_of(self, name: str) -> str:
        person, sign_in = self._person(name), self._sign_in_of(name)
        code = sign_in.begin(session_only=False)
        person.open(code.verification_uri_complete)
        person.sign_in()
        person.approve()
        sign_in.finish(code, threading.Event(), HERE)
        token = sign_in.renewal.access_token()
        self._signed_in[token] = sign_in
        return token

    def client_token(self) -> str:
        return self._issuer.credentials_of(self._home("script"))().token

    def grant(self, name: str, role: Role) -> None:
        self._map_role("POST", name, role)

    def revoke(self, name: str, role: Role) -> None:
        self._map_role("DELETE", name, role)

    def sign_out(self, token: str) -> None:
        assert self._signed_in[token].sign_out() == (self.called("ann"), True)

    def change_password(self, name: str) -> None:
        """By the letter, as a person would, and ticking that all other sign-ins shall end."""
        person, code = self._person(name), self._sign_in_of(f"{name} elsewhere").begin(session_only=True)
        person.open(code.verification_uri_complete)
        person.forget_password()
        person.follow_letter()
        person.choose_password_and_sign_out_elsewhere(ANOTHER)

    def close(self) -> None:
        self._issuer.close()

    def _person(self, name: str):
        if name not in self._people:
            self._people[name] = self._keycloak.person()
        return self._people[name]

    def _sign_in_of(self, name: str) -> IssuerSignIn:
        gateway, home = self._shop.shop.gateway, self._home(name)
        reception = self._issuer.reception_of(
            home, gateway(KnownCaller(THE_SHOP)), lambda credentials: gateway(self.identity, credentials)
        )
        return self._issuer.sign_in_at(home, reception)

    def _home(self, name: str) -> Home:
        return Home(*(self._folder / name / part for part in ("config", "data", "state", "cache")))

    def _map_role(self, method: str, name: str, role: Role) -> None:
        path = f"/users/{self._keycloak.id_of(self._person(name))}/role-mappings/realm"
        assert self._keycloak.admin(method, path, [self._keycloak.role(role)]).status == 204
