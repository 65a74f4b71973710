"""The realm `micromart`: who may register, how long what lives, and how guessing is stopped."""

import json
from pathlib import Path

from deploy.keycloak import admin_permissions
from deploy.keycloak.clients import all_clients, service_accounts
from deploy.keycloak.placeholders import SMTP
from deploy.keycloak.roles import DEFAULT_ROLE, all_roles, scope_mappings
from micromart_core.authentication.passwords import LONGEST, SHORTEST

NAME = "micromart"
FILE = Path(__file__).with_name("micromart-realm.json")
COMMON_PASSWORDS = "micromart-common.txt"
"""The core's own list, under this name in Keycloak's folder of such lists."""
_MINUTE, _HOUR, _DAY = 60, 60 * 60, 24 * 60 * 60


def _key(name: str, provider: str, **facts: str) -> dict[str, object]:
    """Return a key that Keycloak makes when it imports the realm; it signs before any that it makes by itself."""
    return {
        "name": name,
        "providerId": provider,
        "config": {"priority": ["100"], **{key: [facts[key]] for key in facts}},
    }


_TOKENS = {
    "defaultSignatureAlgorithm": "ES256",
    "accessTokenLifespan": 5 * _MINUTE,
    "ssoSessionIdleTimeout": 30 * _MINUTE,
    "ssoSessionMaxLifespan": 10 * _HOUR,
    "offlineSessionIdleTimeout": 30 * _DAY,
    "offlineSessionMaxLifespanEnabled": True,
    "offlineSessionMaxLifespan": 30 * _DAY,
    # A refresh token is good for once; used again, the whole session ends.
    "revokeRefreshToken": True,
    "refreshTokenMaxReuse": 0,
    "oauth2DeviceCodeLifespan": 10 * _MINUTE,
    "oauth2DevicePollingInterval": 5,
}
_ACCOUNTS = {
    "registrationAllowed": True,
    "registrationEmailAsUsername": False,
    "loginWithEmailAllowed": True,
    "duplicateEmailsAllowed": False,
    "editUsernameAllowed": False,
    "verifyEmail": True,
    "resetPasswordAllowed": True,
    "rememberMe": False,
    "passwordPolicy": (
        f"length({SHORTEST}) and maxLength({LONGEST}) and notUsername(undefined) and notEmail(undefined)"
        f" and passwordBlacklist({COMMON_PASSWORDS})"
    ),
    # Letters with a link: one finished inside a device sign-in stays usable until it ends, so that is soon.
    "actionTokenGeneratedByUserLifespan": 5 * _MINUTE,
}
_GUESSING = {
    "bruteForceProtected": True,
    "permanentLockout": False,
    "failureFactor": 5,
    "waitIncrementSeconds": 30,
    "maxFailureWaitSeconds": 15 * _MINUTE,
    "minimumQuickLoginWaitSeconds": 30,
    "quickLoginCheckMilliSeconds": 500,
    "maxDeltaTimeSeconds": 12 * _HOUR,
}
_KEYS = {
    "org.keycloak.keys.KeyProvider": [
        _key("es256", "ecdsa-generated", ecdsaEllipticCurveKey="P-256"),
        _key("hs512", "hmac-generated", algorithm="HS512"),
        _key("aes", "aes-generated"),
    ]
}
"""Made at the import: by itself Keycloak makes the key of ES256 at the first sign-in, and until then shows none."""
_RECORDS = {
    "eventsEnabled": True,
    "eventsExpiration": 30 * _DAY,
    "adminEventsEnabled": True,
    "adminEventsDetailsEnabled": False,
}


def realm() -> dict[str, object]:
    """Return the realm as Keycloak imports it, without client scopes: then Keycloak makes all of its own."""
    return {
        "realm": NAME,
        "displayName": "MicroMart",
        "enabled": True,
        "sslRequired": "external",
        **_TOKENS,
        **_ACCOUNTS,
        **_GUESSING,
        **_RECORDS,
        "components": _KEYS,
        "smtpServer": SMTP,
        "roles": all_roles(),
        "defaultRole": {"name": DEFAULT_ROLE},
        "adminPermissionsEnabled": True,
        "clients": [*all_clients(), admin_permissions.client()],
        **scope_mappings(),
        "users": service_accounts(),
    }


def text_of_realm() -> str:
    """Return the text of the realm file."""
    return json.dumps(realm(), indent=2) + "\n"
