"""A process of its own that asks for an access token so many times: HOME ISSUER CLIENT TIMES."""

import sys

from micromart_core.adapters.keycloak.discovery import discover
from micromart_core.adapters.keycloak.renewal import Renewal
from micromart_core.adapters.keycloak.token_store import TokenStore
from micromart_core.adapters.keycloak.tokens import TokenEndpoint
from micromart_core.adapters.keycloak.wire import Wire
from micromart_core.clock import utc_now
from micromart_core.home import find_home


def main(home: str, issuer: str, client: str, times: str) -> None:
    """Say ready, wait for a line, and then write each token that was given."""
    wire = Wire()
    tokens = TokenEndpoint(wire, discover(wire, issuer), client)
    store = TokenStore(find_home({"MICROMART_HOME": home}), issuer, client, utc_now)
    renewal = Renewal(store, tokens.refresh, tokens.revoke)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    for _ in range(int(times)):
        sys.stdout.write(f"{renewal.access_token()}\n")
    wire.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
