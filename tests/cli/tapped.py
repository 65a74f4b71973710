"""The command line, with everything logged that can be, and what it says to the issuer noted: `TAP=FILE ... WORDS`.

A line of JSON for each request: its address, its form and what was answered, so that a test knows each secret.
With BREAKS=1 renewing is a bug, amid variables that hold both tokens; with DIES=1 the process is killed when it has the
new tokens and has not kept them.
"""

import json
import logging
import os
import signal
import sys
from pathlib import Path
from urllib.parse import parse_qsl

import httpx

from micromart_cli.main import main
from micromart_core.adapters.keycloak.token_store import TokenStore
from micromart_core.adapters.keycloak.tokens import TokenEndpoint


def tap(file: Path) -> None:
    """Note each request and its answer, and change nothing."""
    send = httpx.HTTPTransport.handle_request

    def noting(self, request):
        answer = send(self, request)
        body = b"".join(answer.stream)
        answer.close()
        with file.open("a") as notes:
            notes.write(json.dumps(noted(request, body.decode())) + "\n")
        return httpx.Response(answer.status_code, headers=answer.headers, stream=httpx.ByteStream(body))

    httpx.HTTPTransport.handle_request = noting


def noted(request: httpx.Request, answer: str) -> dict:
    said = json.loads(answer) if answer.startswith("{") else {}
    return {"address": str(request.url), "form": dict(parse_qsl(request.read().decode())), "body": said}


def break_renewal() -> None:
    def refresh(_self, refresh_token):
        return refresh_token, 1 // 0

    TokenEndpoint.refresh = refresh


def die_before_keeping() -> None:
    def put_away(_self, _signed_in):
        os.kill(os.getpid(), signal.SIGKILL)

    TokenStore._put_away = put_away


if __name__ == "__main__":
    logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
    tap(Path(os.environ.pop("TAP")))
    if os.environ.pop("BREAKS", ""):
        break_renewal()
    if os.environ.pop("DIES", ""):
        die_before_keeping()
    sys.exit(main())
