"""Signing in at an issuer in plain lines: the code is read aloud, somebody approves elsewhere, or nobody does."""

import os
import signal
import threading
import time

import pytest

from tests.tui.test_plain import visits
from tests.tui.test_sign_in_link import PENDING, ROLES, door, here, issuer  # noqa: F401 fixtures


@pytest.fixture
def ctrl_c():
    """Presses it, after so many seconds."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    timers = []

    def press(seconds: float) -> None:
        timers.append(threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGINT)))
        timers[-1].start()

    yield press
    for timer in timers:
        timer.join()
    signal.signal(signal.SIGINT, before)


def test_the_code_is_said_letter_by_letter_and_who_approved_is_named(issuer, here, door):  # noqa: F811
    tokens = {"access_token": issuer.token(resource_access=ROLES), "refresh_token": "canary-r"}
    issuer.answers["/token"] = [PENDING, (200, tokens | {"token_type": "Bearer", "expires_in": 300})]

    told = visits(door, "sign in", sign_in=here)

    assert "type the code A B C D - E F G H." in told
    assert "Only approve it if you started this just now, in this terminal." in told
    assert "Signed in as ann." in told
    assert not [secret for secret in ("canary-d", *tokens.values()) if secret in told]
    assert here.status().user == "ann"


def test_who_was_denied_is_told_and_goes_on_as_a_guest(issuer, here, door):  # noqa: F811
    issuer.answers["/token"] = [(400, {"error": "access_denied"})]

    told = visits(door, "sign in", "cart", sign_in=here)

    assert "Signing in was denied." in told
    assert "Signed in as" not in told
    assert here.status().signed_in is False


def test_who_presses_ctrl_c_is_asked_about_no_more_and_the_shop_goes_on(issuer, here, door, ctrl_c):  # noqa: F811
    issuer.answers["/token"] = [PENDING] * 100
    ctrl_c(1.5)

    told = visits(door, "sign in", "cart", sign_in=here)

    asked = issuer.count("/token")
    assert "Not signed in." in told
    assert told.index("Not signed in.") < told.rindex("cart")
    time.sleep(2)
    assert (issuer.count("/token"), here.status().signed_in) == (asked, False)
