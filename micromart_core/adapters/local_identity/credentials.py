"""What a home hands to the gateway: an automation client's token, a person's session, or an anonymous cart's secret."""

import os
from collections.abc import Callable
from pathlib import Path

from micromart_core.adapters.local_identity.authority import LocalAuthority
from micromart_core.adapters.session_store import SessionStore
from micromart_core.authentication.model import CLIENT_SESSION_LIVES
from micromart_core.cart_secret import cart_secret_of
from micromart_core.clock import stopwatch
from micromart_core.errors import InvalidValue
from micromart_core.home import Home
from micromart_core.identity import Credentials
from micromart_core.settings import AutomationSettings

_RENEWED_BEFORE = 60.0
"""Seconds before its end at which a client's session is replaced, so that no operation meets an ended one."""


def source_here() -> str:
    """Name where tries come from that are made on this machine: its OS user."""
    return f"os:{os.getuid()}"


def credentials_of(
    home: Home, automation: AutomationSettings, authority: Callable[[], LocalAuthority]
) -> Callable[[], Credentials]:
    """Return what is asked before every operation; with an automation client set, it signs in by itself."""
    if automation.client_id:
        return ClientCredentials(automation, authority)
    store = SessionStore(home)

    def held() -> Credentials:
        session = store.load()
        return Credentials(token=session.token) if session else Credentials(cart_secret=cart_secret_of(home))

    return held


class ClientCredentials:
    """The token of an automation client, in memory only, renewed before it ends."""

    def __init__(self, automation: AutomationSettings, authority: Callable[[], LocalAuthority]) -> None:
        self._automation, self._authority = automation, authority
        self._held = Credentials()
        self._until = float("-inf")

    def __call__(self) -> Credentials:
        """Return a living token; raise WrongClient, Paused, or InvalidValue when there is no secret."""
        if stopwatch() >= self._until:
            token = self._authority().sign_in_client(self._automation.client_id, self._secret(), source_here())
            self._held = Credentials(token=token)
            self._until = stopwatch() + CLIENT_SESSION_LIVES.total_seconds() - _RENEWED_BEFORE
        return self._held

    def _secret(self) -> str:
        if self._automation.client_secret:
            return self._automation.client_secret
        file = self._automation.secret_file
        try:
            return Path(file).read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise InvalidValue(
                "The automation client has no secret.",
                why=f"secret_file “{file}” cannot be read" if file else "neither client_secret nor secret_file is set",
                hint="set MICROMART_AUTOMATION__SECRET_FILE to the file of user automation create",
            ) from error
