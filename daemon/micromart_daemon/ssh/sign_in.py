"""Signing in over SSH: as on any terminal, but what is kept of it is kept in memory."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from micromart_core.adapters.accounts import Accounts
from micromart_core.authentication.model import Session
from micromart_core.bootstrap_visit import Visit
from micromart_core.errors import MicroMartError
from micromart_tui.issuer_door import LinkDoor
from micromart_tui.sign_in import Entered, IssuerDoor, LocalDoor

HASHED_AT_ONCE = threading.BoundedSemaphore(2)
"""Passwords are hashed slowly on purpose: no more of them at once, or who tries many would take every processor."""
_log = logging.getLogger("micromart.mail")


@dataclass
class SignInOverSsh:
    """The visitor of one session; `source` is the address they come from, for limits."""

    visit: Visit
    accounts: Callable[[], Accounts]
    send: Callable[[], None]
    """Sends letters for a moment, where no daemon does."""
    source: str
    keeps_letters: bool = False

    @cached_property
    def local(self) -> LocalDoor | None:
        """The accounts of the shop's own; raise InvalidValue where the settings allow none."""
        return None if self.issuer is not None else _Accounts(self, self.accounts())

    @cached_property
    def issuer(self) -> IssuerDoor | None:
        """The issuer's, None where accounts are the shop's own."""
        issuer = self.visit.issuer
        return None if issuer is None else LinkDoor(issuer, self.source, session_only=True)

    def status(self) -> Session:
        """Return who is signed in."""
        return self.visit.status()

    def sign_out(self) -> tuple[str, bool] | None:
        """End the session, in the shop first and then here."""
        return self.visit.sign_out()

    def send_letters(self) -> None:
        """Send what is due without keeping anybody waiting: how long that takes would tell who has an account."""
        threading.Thread(target=self._send, name="ssh-letters", daemon=True).start()

    def _send(self) -> None:
        try:
            self.send()
        except MicroMartError as error:
            _log.warning("letters wait: %s", error)


@dataclass
class _Accounts:
    here: SignInOverSsh
    accounts: Accounts

    def sign_in(self, username: str, password: str, *, in_checkout: bool) -> Entered:
        with HASHED_AT_ONCE:
            return Entered(
                *self.here.visit.local.sign_in(username, password, self.here.source, in_checkout=in_checkout)
            )

    def register(self, username: str, email: str, password: str) -> str | None:
        with HASHED_AT_ONCE:
            self.accounts.register(username, email, password, self.here.source)
        self.here.send_letters()
        return None

    def verify(self, code: str) -> str:
        return self.accounts.verify(code, self.here.source)

    def recover(self, email: str) -> None:
        self.accounts.recover(email, self.here.source)
        self.here.send_letters()

    def reset(self, code: str, password: str) -> str:
        with HASHED_AT_ONCE:
            return self.accounts.recover_with(code, password, self.here.source)
