"""The clients of the realm: each can do one thing, and none of them takes a password."""

from deploy.keycloak.placeholders import AUTOMATION_SECRET, CLIENTS_ENABLED, CORE_SECRET
from deploy.keycloak.roles import OWNER
from micromart_core.permissions import Role

CORE, CLI, AUTOMATION = "micromart-core", "micromart-cli", "micromart-automation"
_SCOPES = ["basic", "roles", "profile", "email", "acr"]  # without basic a token has no `sub`
_TOKENS = {
    "access.token.signed.response.alg": "ES256",
    "id.token.signed.response.alg": "ES256",
    "access.token.header.type.rfc9068": "true",  # typ: at+jwt
}


def all_clients() -> list[dict[str, object]]:
    """Return what may ask for tokens, and the shop that they are for."""
    return [
        _client(OWNER, bearerOnly=True, protocolMappers=[]),
        _client(
            CLI,
            {
                "oauth2.device.authorization.grant.enabled": "true",
                "pkce.code.challenge.method": "S256",  # named, it is enforced
                "use.refresh.tokens": "true",
            },
            name="MicroMart in your terminal",
            publicClient=True,
            consentRequired=True,
            optionalClientScopes=["offline_access"],
        ),
        _service(AUTOMATION, AUTOMATION_SECRET),
        _service(CORE, CORE_SECRET, protocolMappers=[]),
    ]


def service_accounts() -> list[dict[str, object]]:
    """Return the users that the services are; what micromart-core may do, admin_permissions.py says."""
    return [_account(AUTOMATION, realmRoles=[Role.AUTOMATION]), _account(CORE)]


def _service(client_id: str, secret: str, **fields: object) -> dict[str, object]:
    """A program that signs in with its secret, by client credentials."""
    once = {"client_credentials.use_refresh_token": "false"}
    return _client(client_id, once, enabled=CLIENTS_ENABLED, secret=secret, serviceAccountsEnabled=True, **fields)


def _client(client_id: str, attributes: dict[str, str] | None = None, **fields: object) -> dict[str, object]:
    """A client that may do nothing but what `fields` allow."""
    nothing = {
        "clientId": client_id,
        "enabled": True,
        "protocol": "openid-connect",
        "publicClient": False,
        "standardFlowEnabled": False,
        "implicitFlowEnabled": False,
        "directAccessGrantsEnabled": False,
        "serviceAccountsEnabled": False,
        "fullScopeAllowed": False,
        "frontchannelLogout": False,
        "redirectUris": [],
        "webOrigins": [],
        "defaultClientScopes": _SCOPES,
        "optionalClientScopes": [],
        "protocolMappers": [_audience()],
    }
    return nothing | fields | {"attributes": _TOKENS | (attributes or {})}


def _audience() -> dict[str, object]:
    """Every access token is for the shop."""
    return {
        "name": "audience",
        "protocol": "openid-connect",
        "protocolMapper": "oidc-audience-mapper",
        "config": {
            "included.client.audience": OWNER,
            "access.token.claim": "true",
            "id.token.claim": "false",
            "introspection.token.claim": "true",
        },
    }


def _account(client_id: str, **roles: object) -> dict[str, object]:
    name = f"service-account-{client_id}"
    return {"username": name, "enabled": True, "serviceAccountClientId": client_id, **roles}
