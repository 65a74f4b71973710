"""Roles and permissions in Keycloak's words: a permission is a role of client `micromart`, a role is made of them."""

from uuid import UUID, uuid5

from micromart_core.permissions import ROLES, Permission, Role

OWNER = "micromart"
"""The client that stands for the shop itself: it owns the permissions and is the audience of every token."""
DEFAULT_ROLE = "default-roles-micromart"
PEOPLES_ROLES = tuple(role for role in Role if role is not Role.AUTOMATION)
STAFF_ROLES = (Role.STOCK_CLERK, Role.CATALOG_MANAGER, Role.ORDER_MANAGER)
"""What the shop itself may hand out; admin is granted in Keycloak."""
_SPACE = UUID("5f0c6d0e-7d0b-4f0e-9c53-1b6f6f4ab1c7")


def id_of(role: Role) -> str:
    """Return the role's id: the administrative permissions name roles by it, so that it must be known beforehand."""
    return str(uuid5(_SPACE, role))


def all_roles() -> dict[str, object]:
    """Return every role of the realm and every permission."""
    people = {
        "name": DEFAULT_ROLE,
        "description": "What every new account gets",
        "composite": True,
        "composites": {"realm": [Role.SHOPPER, "offline_access"]},
    }
    return {
        "realm": [*(_realm_role(role) for role in Role), people],
        "client": {OWNER: [{"name": permission} for permission in Permission]},
    }


def scope_mappings() -> dict[str, object]:
    """Return which roles and permissions a client's tokens may carry: none but these."""
    people = _in_order(frozenset().union(*(ROLES[role] for role in PEOPLES_ROLES)))
    return {
        "scopeMappings": [
            {"client": "micromart-cli", "roles": list(PEOPLES_ROLES)},
            {"client": "micromart-automation", "roles": [Role.AUTOMATION]},
        ],
        "clientScopeMappings": {
            OWNER: [
                {"client": "micromart-cli", "roles": people},
                {"client": "micromart-automation", "roles": _in_order(ROLES[Role.AUTOMATION])},
            ]
        },
    }


def _realm_role(role: Role) -> dict[str, object]:
    permissions = _in_order(ROLES[role])
    return {"id": id_of(role), "name": role, "composite": True, "composites": {"client": {OWNER: permissions}}}


def _in_order(permissions: frozenset[Permission]) -> list[Permission]:
    return [permission for permission in Permission if permission in permissions]
