"""What micromart-core may do in the realm, in Keycloak's fine-grained admin permissions (v2): hand out staff roles.

A role of Keycloak's own such as manage-users would let it grant admin and reset anybody's password.
"""

import json

from deploy.keycloak.clients import CORE
from deploy.keycloak.roles import STAFF_ROLES, id_of

CLIENT = "admin-permissions"
_ONLY_CORE = "is micromart-core"
_SCOPES = {
    "Users": ("view", "manage", "map-roles", "manage-group-membership", "impersonate", "reset-password"),
    "Clients": ("view", "manage", "map-roles", "map-roles-client-scope", "map-roles-composite"),
    "Roles": ("map-role", "map-role-client-scope", "map-role-composite"),
    "Groups": ("view", "manage", "view-members", "manage-members", "impersonate-members", "manage-membership"),
}


def client() -> dict[str, object]:
    """Return the client under which Keycloak keeps these permissions; nobody can sign in with it."""
    return {
        "clientId": CLIENT,
        "enabled": True,
        "protocol": "openid-connect",
        "publicClient": False,
        "standardFlowEnabled": False,
        "directAccessGrantsEnabled": False,
        "serviceAccountsEnabled": True,  # Keycloak wants it where authorization is
        "authorizationServicesEnabled": True,
        "fullScopeAllowed": False,
        "authorizationSettings": _settings(),
    }


def _settings() -> dict[str, object]:
    roles = [id_of(role) for role in STAFF_ROLES]
    return {
        "allowRemoteResourceManagement": True,
        "policyEnforcementMode": "ENFORCING",
        "decisionStrategy": "UNANIMOUS",
        "scopes": [{"name": name} for name in sorted({name for names in _SCOPES.values() for name in names})],
        "resources": [
            *(_resource(kind, names, type=kind) for kind, names in _SCOPES.items()),
            *(_resource(role, _SCOPES["Roles"]) for role in roles),
        ],
        "policies": [
            _policy(_ONLY_CORE, "client", clients=[CORE]),
            _permission("micromart-core hands out staff roles", "Roles", roles, ["map-role"]),
            # All people: whom, the shop decides. To see them is to read which roles they have.
            _permission("micromart-core changes people's roles", "Users", ["Users"], ["view", "map-roles"]),
        ],
    }


def _resource(name: str, scopes: tuple[str, ...], **fields: object) -> dict[str, object]:
    return {"name": name, "ownerManagedAccess": False, "scopes": [{"name": scope} for scope in scopes], **fields}


def _permission(name: str, kind: str, resources: list[str], scopes: list[str]) -> dict[str, object]:
    return _policy(name, "scope", kind, resources=resources, scopes=scopes, applyPolicies=[_ONLY_CORE])


def _policy(name: str, kind: str, resource_type: str | None = None, **lists: list[str]) -> dict[str, object]:
    """A policy; lists inside its configuration are JSON inside of JSON."""
    config = {key: json.dumps(value) for key, value in lists.items()}
    if resource_type:
        config["defaultResourceType"] = resource_type
    return {"name": name, "type": kind, "logic": "POSITIVE", "decisionStrategy": "UNANIMOUS", "config": config}
