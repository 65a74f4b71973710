"""Accounts over HTTP: POST /v1/accounts/{verb}, throttled by name and address as at every other door."""

from collections.abc import Callable

import msgspec
from msgspec import Struct

from micromart_core.adapters.accounts import SignedIn
from micromart_core.adapters.keycloak.reception import Reception
from micromart_core.adapters.remote import forms
from micromart_core.authentication.model import AutomationClient, Session, UserRoles
from micromart_core.bootstrap import Shop
from micromart_core.errors import NotFound, SignInFirst
from micromart_core.gateway import LocalGateway
from micromart_core.identity import Credentials
from micromart_daemon.gateway.asking import Asking


class NobodySignedIn(SignInFirst):
    """The request has no token to end."""

    code = "gateway.nobody_signed_in"

    def __init__(self) -> None:
        super().__init__("There is no session here.", why="there is no token", hint="send Authorization: Bearer TOKEN")


class UnknownVerb(NotFound):
    """Nothing of this name is done with the accounts of this shop."""

    code = "gateway.unknown_verb"

    def __init__(self, verb: str) -> None:
        self.verb = verb[:100]
        super().__init__(f"Accounts know no {self.verb} here.", hint="look at /v1/openapi.json")


class Nothing(msgspec.Struct, forbid_unknown_fields=True):
    """A body without anything in it."""


class AccountDesk(Struct, frozen=True):
    """What is done with the accounts of one shop, for whoever asks: a method for each verb, and what is told of it.

    Each raises what the accounts refuse.
    """

    shop: Shop
    reception: Reception | None
    """What lets in whom the issuer signed in; None where accounts are local."""
    describe: Callable[[Credentials], Session]
    door: LocalGateway
    """The asker's own, for what only staff may."""
    asking: Asking

    def sign_in(self, form: forms.SignInWords) -> SignedIn:
        """Open a session; the cart of X-Cart-Secret becomes the person's."""
        source, secret = self.asking.source, self.asking.credentials.cart_secret
        return self.shop.accounts.sign_in(
            form.username, form.password, source, cart_secret=secret, in_checkout=form.in_checkout
        )

    def register(self, form: forms.NewAccount) -> None:
        """Send a code to the address, whether or not the name is taken."""
        self.shop.accounts.register(form.username, form.email, form.password, self.asking.source)

    def verify(self, form: forms.VerifyCode) -> str:
        """Make the account a code was sent for, and return its name."""
        return self.shop.accounts.verify(form.code, self.asking.source)

    def recover(self, form: forms.Email) -> None:
        """Send a code to the address if it has an account."""
        self.shop.accounts.recover(form.email, self.asking.source)

    def reset(self, form: forms.NewPassword) -> str:
        """Set a new password with a code; return the name, end all its sessions."""
        return self.shop.accounts.recover_with(form.code, form.password, self.asking.source)

    def session(self, form: Nothing) -> Session:  # noqa: ARG002  # each verb takes its form
        """Tell whose the token is, with which permissions."""
        self._token()
        return self.describe(self.asking.credentials)

    def sign_out(self, form: Nothing) -> bool:  # noqa: ARG002  # likewise
        """End the session of the token; false when it had ended before."""
        return self.shop.accounts.sign_out(self._token())

    def sign_in_client(self, form: forms.ClientWords) -> str:
        """Sign a script in with its secret; return a token of five minutes."""
        return self.shop.authority.sign_in_client(form.name, form.secret, self.asking.source)

    def enter(self, form: forms.Enter) -> str:
        """Let in whom the issuer has just signed in, with the cart; return the name."""
        reception, cart = self._reception("enter"), self.asking.credentials.cart_secret
        return reception.enter(self._token(), self.asking.source, cart, in_checkout=form.in_checkout)

    def leave(self, form: Nothing) -> None:  # noqa: ARG002  # likewise
        """Write down that whom the issuer signed in has left."""
        token, reception = self._token(), self._reception("leave")
        user = reception.describe(self.asking.credentials).user
        if user is not None:
            reception.leave(user, token)

    def grant(self, form: forms.RoleOf) -> UserRoles:
        """Give a person a role. Needs user:grant."""
        return self.shop.authority.grant(self.door, form.user, form.role)

    def revoke(self, form: forms.RoleOf) -> UserRoles:
        """Take a role from a person. Needs user:grant."""
        return self.shop.authority.revoke(self.door, form.user, form.role)

    def list_clients(self, form: Nothing) -> tuple[AutomationClient, ...]:  # noqa: ARG002  # likewise
        """List the scripts that may sign in. Needs user:grant."""
        return self.shop.authority.list_clients(self.door)

    def create_client(self, form: forms.NewClient) -> AutomationClient:
        """Let a script sign in from now on. Needs user:grant."""
        return self.shop.authority.create_client(self.door, form.name, form.secret)

    def remove_client(self, form: forms.ClientName) -> AutomationClient:
        """Let a script sign in no more. Needs user:grant."""
        return self.shop.authority.remove_client(self.door, form.name)

    def _reception(self, verb: str) -> Reception:
        if self.reception is None:
            raise UnknownVerb(verb)
        return self.reception

    def _token(self) -> str:
        if self.asking.credentials.token is None:
            raise NobodySignedIn
        return self.asking.credentials.token
