"""An issuer, or whoever stands in its place, that answers so slowly or so much that it would never end."""

import gzip
import socket
import threading
import time
from contextlib import contextmanager

import pytest

from micromart_core.adapters.keycloak.discovery import discover
from micromart_core.adapters.keycloak.refusals import IssuerMisbehaves, IssuerUnreachable, SignInLost
from micromart_core.adapters.keycloak.tokens import TokenEndpoint
from micromart_core.adapters.keycloak.wire import LONGEST_BODY, Wire
from tests.identity.issuer import CLIENT, ISSUER, Issuer

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"
A_MOMENT, TOO_LONG = 0.5, 5.0


@contextmanager
def dripping(head: bytes):
    """Somebody who answers every call with a beginning, and then a letter now and then."""
    ended = threading.Event()

    def answer(call: socket.socket) -> None:
        call.sendall(head)
        while not ended.wait(0.05):
            call.sendall(b"a")

    def serve() -> None:
        while not ended.is_set():
            call, _ = listening.accept()
            with call:
                call.recv(65_536)
                answer(call)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/realms/micromart"
        ended.set()


@pytest.mark.parametrize("head", [HEAD, b"HTTP/1.1 200 OK\r\nServer: "], ids=["body", "header"])
def test_an_answer_that_comes_letter_by_letter_has_an_end(head):
    wire, began = Wire(longest_seconds=A_MOMENT), time.monotonic()

    with dripping(head) as issuer, pytest.raises((IssuerUnreachable, IssuerMisbehaves)) as told:
        discover(wire, issuer)

    assert time.monotonic() - began < TOO_LONG
    assert told.value.exit_code == 69
    wire.close()


def test_a_refresh_whose_answer_does_not_end_is_lost_and_not_tried_again():
    issuer = Issuer()
    endpoints = discover(issuer.wire, ISSUER)
    wire = Wire(longest_seconds=A_MOMENT)

    with dripping(HEAD) as there:
        there_too = type(endpoints)(**dict.fromkeys(endpoints.__struct_fields__, there))
        with pytest.raises(SignInLost):
            TokenEndpoint(wire, there_too, CLIENT).refresh("r1")
    wire.close()
    issuer.wire.close()


def test_what_was_packed_is_not_unpacked():
    issuer = Issuer()
    packed = gzip.compress(b'{"issuer": "' + b"x" * 100 * LONGEST_BODY + b'"}')
    assert len(packed) < LONGEST_BODY
    issuer.answers["openid-configuration"] = [(200, (gzip.compress(packed),), ("Content-Encoding", "gzip, gzip"))]

    with pytest.raises(IssuerMisbehaves) as told:
        discover(issuer.wire, ISSUER)

    assert "no JSON" in told.value.why
    issuer.wire.close()
