"""The command line, with everything logged that can be, and what it says to the issuer noted: `TAP=FILE ... WORDS`.

A line of JSON for each request: its address, its form and what was answered, so that a test knows each secret.
With BREAKS=1 renewing is a bug, amid variables that hold both tokens.
"""

import json
import logging
import os
import sys
from pathlib import Path

from micromart_cli.main import main
from micromart_core.adapters.keycloak.tokens import TokenEndpoint
from micromart_core.adapters.keycloak.wire import Wire


def tap(file: Path) -> None:
    """Note each request and its answer, and change nothing."""
    send = Wire._send

    def noting(self, method, address, form):
        answer = send(self, method, address, form)
        with file.open("a") as notes:
            notes.write(json.dumps({"address": address, "form": dict(form or {}), "body": answer.body}) + "\n")
        return answer

    Wire._send = noting


def break_renewal() -> None:
    def refresh(_self, refresh_token):
        return refresh_token, 1 // 0

    TokenEndpoint.refresh = refresh


if __name__ == "__main__":
    logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
    tap(Path(os.environ.pop("TAP")))
    if os.environ.pop("BREAKS", ""):
        break_renewal()
    sys.exit(main())
