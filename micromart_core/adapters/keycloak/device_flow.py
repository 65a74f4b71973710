"""Signing in by the device flow (RFC 8628): a code here, a page elsewhere, and patient asking for the tokens."""

from base64 import urlsafe_b64encode
from collections.abc import Callable
from hashlib import sha256
from secrets import token_urlsafe
from typing import Protocol

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from micromart_core.adapters.keycloak.address import is_within
from micromart_core.adapters.keycloak.refusals import (
    CodeDead,
    CodeExpired,
    IssuerBusy,
    IssuerMisbehaves,
    IssuerUnreachable,
    SignInCancelled,
    SignInDenied,
)
from micromart_core.adapters.keycloak.tokens import Token, TokenEndpoint, Tokens, error_of
from micromart_core.adapters.keycloak.wire import Answer
from micromart_core.clock import stopwatch
from micromart_core.reticent import Reticent, Unshown

_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
_SLOWER_BY = 5.0
_LONGEST_CODE, _LONGEST_ADDRESS = 32, 512
"""Signs that a person can still type, and that still fit a picture a telephone reads."""
_LONGEST_LIFE, _LONGEST_INTERVAL = 86_400, 300
"""Seconds: nobody waits longer for a person, and no honest issuer asks that."""
_SAID = ("user_code", "verification_uri", "verification_uri_complete", "expires_in", "interval", "device_code")
_REFUSALS = {"access_denied": SignInDenied, "expired_token": CodeExpired, "invalid_grant": CodeDead}


class Cancelled(Protocol):
    """Tells that a person gave up; threading.Event is one."""

    def wait(self, timeout: float) -> bool:
        """Wait so many seconds; True at once when cancelled."""
        ...


class DeviceCode(Reticent, Struct, frozen=True):
    """What a person is shown, and, hidden, what only this attempt knows."""

    user_code: str
    verification_uri: str
    expires_in: int
    device_code: Unshown[Token]
    verification_uri_complete: str = ""
    interval: int = 5
    verifier: Unshown[str] = ""
    began: float = 0.0
    """On the stopwatch of the process that asked."""


class DeviceFlow(Struct, frozen=True):
    """Signs one person in, at one attempt each."""

    tokens: TokenEndpoint
    stopwatch: Callable[[], float] = stopwatch

    def start(self, scope: str) -> DeviceCode:
        """Ask for a code to show; raise IssuerRefuses, IssuerMisbehaves, IssuerUnreachable."""
        verifier, began = token_urlsafe(48), self.stopwatch()
        form = {
            "client_id": self.tokens.client_id,
            "scope": scope,
            "code_challenge": _challenge_of(verifier),
            "code_challenge_method": "S256",
        }
        answer = self.tokens.wire.post(self.tokens.endpoints.device_authorization_endpoint, form)
        if not answer.is_good:
            raise self.tokens.refusal(answer)
        return replace(self._code_of(answer), verifier=verifier, began=began)

    def seconds_left(self, code: DeviceCode) -> float:
        """Return how long a code still works, by this process's own stopwatch."""
        return code.began + code.expires_in - self.stopwatch()

    def wait(self, code: DeviceCode, cancelled: Cancelled) -> Tokens:
        """Ask until somebody approved, never more often than the issuer wants.

        Raise SignInDenied, CodeExpired, CodeDead, SignInCancelled, or what `TokenEndpoint` raises.
        """
        pause = float(code.interval)
        while pause < self.seconds_left(code):
            if cancelled.wait(pause):
                raise SignInCancelled
            answer, pause = self._ask(code, pause)
            if answer is not None:
                return self.tokens.tokens_of(answer)
        if cancelled.wait(max(0.0, self.seconds_left(code))):
            raise SignInCancelled
        raise CodeExpired

    def _ask(self, code: DeviceCode, pause: float) -> tuple[Answer | None, float]:
        """Ask once; return the answer that ends the waiting, if it came, and how long to wait for the next."""
        try:
            answer = self.tokens.ask(_GRANT, {"device_code": code.device_code, "code_verifier": code.verifier})
        except (IssuerUnreachable, IssuerBusy):
            return None, pause * 2
        match error_of(answer):
            case "authorization_pending":
                return None, pause
            case "slow_down":
                return None, pause + _SLOWER_BY
            case error if error in _REFUSALS:
                raise _REFUSALS[error]
        return answer, pause

    def _code_of(self, answer: Answer) -> DeviceCode:
        """Return the code of an answer; raise IssuerMisbehaves for what must not be shown to a person."""
        known = {name: answer.body[name] for name in _SAID if name in answer.body}
        try:
            code = msgspec.convert(known, DeviceCode)
        except msgspec.ValidationError:
            raise IssuerMisbehaves(self.tokens.host, "its answer holds no code") from None
        addresses = [code.verification_uri, code.verification_uri_complete or code.verification_uri]
        if not all(is_within(self.tokens.endpoints.issuer, address) for address in addresses):
            raise IssuerMisbehaves(self.tokens.host, "it sends people to another place")
        is_sane = 0 < code.expires_in <= _LONGEST_LIFE and 0 < code.interval <= _LONGEST_INTERVAL
        if not _is_plain(code.user_code) or not is_sane or max(map(len, addresses)) > _LONGEST_ADDRESS:
            raise IssuerMisbehaves(self.tokens.host, "its code cannot be shown")
        return code


def _is_plain(user_code: str) -> bool:
    letters = user_code.replace("-", "")
    return letters.isascii() and letters.isalnum() and len(user_code) <= _LONGEST_CODE


def _challenge_of(verifier: str) -> str:
    """Return the S256 challenge of PKCE (RFC 7636)."""
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
