"""Signing in at an issuer: a code here, its page in any browser, and waiting in between."""

import sys
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from micromart_cli.session import Session
from micromart_core.clock import stopwatch
from micromart_core.home import this_source
from micromart_core.text import terminal_text

if TYPE_CHECKING:
    from micromart_core.adapters.keycloak.device_flow import DeviceCode
    from micromart_core.adapters.keycloak.sign_in import IssuerSignIn
    from micromart_core.authentication.model import Session as SignedIn


def sign_in_by_device(
    session: Session, issuer: "IssuerSignIn", *, staff: bool, session_only: bool, then: str = ""
) -> "SignedIn":
    """Show a code, wait until somebody approved it, and say who is signed in; Ctrl-C gives up.

    `then` tells what to do on the page. For staff the code is not in the address: whoever types it has read it.
    """
    code = issuer.begin(session_only=session_only)
    is_terminal = sys.stderr.isatty()
    _tell(_for_person(session, code, staff=staff, then=then) if is_terminal else _for_script(code, staff=staff))
    signed_in, replaced = issuer.finish(code, _Waiting(issuer, code, is_shown=is_terminal), this_source())
    if replaced and replaced != signed_in.user:
        session.say(f"{replaced} was signed out.")
    session.say(f"Signed in as {signed_in.user}.")
    _tell_place(session, issuer, signed_in.token_store)
    return signed_in


def _tell_place(session: Session, issuer: "IssuerSignIn", place: str | None) -> None:
    """Say where the sign-in lies when that is not what somebody would expect."""
    wanted = session.settings.identity.token_store
    if place == "memory":
        session.say(f"It lies {issuer.store.where} and is forgotten when this command ends: identity.token_store.")
    elif wanted == "auto" and place != "keyring":
        session.say(f"No keyring of this system could be used; the sign-in lies {issuer.store.where}")


class _Waiting:
    """Waits between two questions to the issuer, and shows a person how long the code still works."""

    def __init__(self, issuer: "IssuerSignIn", code: "DeviceCode", *, is_shown: bool) -> None:
        self._issuer, self._code, self._is_shown = issuer, code, is_shown

    def wait(self, timeout: float) -> bool:
        """Wait so many seconds; a person who gives up presses Ctrl-C, which ends it by itself."""
        until = stopwatch() + timeout
        while (left := until - stopwatch()) > 0:
            if self._is_shown:
                seconds = max(0, int(self._issuer.seconds_left(self._code)))
                _tell(f"\rWaiting; {seconds // 60}:{seconds % 60:02} left, Ctrl-C gives up. ")
            time.sleep(min(1.0, left))
        if self._is_shown:
            _tell("\r\x1b[K")
        return False


def _for_person(session: Session, code: "DeviceCode", *, staff: bool, then: str) -> str:
    from micromart_cli.qr_code import qr_code

    complete = "" if staff else code.verification_uri_complete
    address, host = complete or code.verification_uri, urlsplit(code.verification_uri).netloc
    lines = (
        f"Open this page of {host} in any browser:",
        "",
        f"    {address}",
        "",
        f"{'The code there must be' if complete else 'and type the code'}:  {code.user_code}",
        *([then] if then else []),
        "Only approve it if you started this just now in this terminal.",
    )
    picture = qr_code(complete, session.flags.color) if complete else None
    return "\n".join(terminal_text(line) for line in lines) + "\n" + (f"\n{picture}" if picture else "") + "\n"


def _for_script(code: "DeviceCode", *, staff: bool) -> str:
    """Return one line of JSON: whoever started this shows it to a person."""
    from micromart_cli.shapes import to_json

    facts = {
        "verification_uri": code.verification_uri,
        "verification_uri_complete": None if staff else code.verification_uri_complete or None,
        "user_code": code.user_code,
        "expires_in": code.expires_in,
        "interval": code.interval,
    }
    return to_json(facts) + "\n"


def _tell(words: str) -> None:
    """Write to stderr, with --quiet too: without the code nobody could sign in."""
    sys.stderr.write(words)
    sys.stderr.flush()
