"""Accounts over HTTP: POST /v1/accounts/{verb}, throttled by name and address as at every other door."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from micromart_core.adapters.keycloak.reception import Reception
from micromart_core.adapters.remote.forms import (
    ClientName,
    ClientWords,
    Email,
    Enter,
    NewAccount,
    NewClient,
    NewPassword,
    RoleOf,
    SignInWords,
    VerifyCode,
)
from micromart_core.authentication.model import Session
from micromart_core.bootstrap import Shop
from micromart_core.errors import SignInFirst
from micromart_core.gateway import LocalGateway
from micromart_core.identity import Credentials
from micromart_daemon.gateway.account_verbs import Nothing, UnknownVerb
from micromart_daemon.gateway.asking import Asking


class NobodySignedIn(SignInFirst):
    """The request has no token to end."""

    code = "gateway.nobody_signed_in"

    def __init__(self) -> None:
        super().__init__("There is no session here.", why="there is no token", hint="send Authorization: Bearer TOKEN")


@dataclass(frozen=True, slots=True)
class AccountDesk:
    """What is done with the accounts of one shop, for whoever asks."""

    shop: Shop
    reception: Reception | None
    """What lets in whom the issuer signed in; None where accounts are local."""
    describe: Callable[[Credentials], Session]
    door: LocalGateway
    """The asker's own, for what only staff may."""

    def answer(self, verb: str, form: Any, asking: Asking) -> Any:
        """Do what a form asks for and return what is told of it; raise what the accounts refuse."""
        match form:
            case ClientWords(name, secret):
                return self.shop.authority.sign_in_client(name, secret, asking.source)
            case Enter(in_checkout):
                cart, reception = asking.credentials.cart_secret, self._reception(verb)
                return reception.enter(_token(asking), asking.source, cart, in_checkout=in_checkout)
            case RoleOf() | NewClient() | ClientName():
                return self._by_staff(verb, form)
            case Nothing():
                return self._without_words(verb, asking)
            case _:
                return self._by_password(form, asking)

    def _by_password(self, form: Any, asking: Asking) -> Any:
        accounts, source = self.shop.accounts, asking.source
        match form:
            case SignInWords(username, password, in_checkout):
                secret = asking.credentials.cart_secret
                return accounts.sign_in(username, password, source, cart_secret=secret, in_checkout=in_checkout)
            case NewAccount(username, email, password):
                return accounts.register(username, email, password, source)
            case VerifyCode(code):
                return accounts.verify(code, source)
            case Email(email):
                return accounts.recover(email, source)
            case NewPassword(code, password):
                return accounts.recover_with(code, password, source)

    def _by_staff(self, verb: str, form: Any) -> Any:
        authority = self.shop.authority
        match form:
            case RoleOf(user, role):
                return (authority.grant if verb == "grant" else authority.revoke)(self.door, user, role)
            case NewClient(name, secret):
                return authority.create_client(self.door, name, secret)
            case ClientName(name):
                return authority.remove_client(self.door, name)

    def _without_words(self, verb: str, asking: Asking) -> Any:
        if verb == "list-clients":
            return self.shop.authority.list_clients(self.door)
        token = _token(asking)
        if verb == "session":
            return self.describe(asking.credentials)
        if verb == "sign-out":
            return self.shop.accounts.sign_out(token)
        reception = self._reception(verb)
        user = reception.describe(asking.credentials).user
        return None if user is None else reception.leave(user, token)

    def _reception(self, verb: str) -> Reception:
        if self.reception is None:
            raise UnknownVerb(verb)
        return self.reception


def _token(asking: Asking) -> str:
    if asking.credentials.token is None:
        raise NobodySignedIn
    return asking.credentials.token
