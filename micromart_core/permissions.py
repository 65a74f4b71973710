"""The one table of what may be done and which role may do it; a realm file is generated from it too."""

from enum import StrEnum


class Permission(StrEnum):
    """What an operation may ask of its caller."""

    CART_OWN = "cart:own"
    ORDER_PLACE = "order:place"
    ORDER_READ_OWN = "order:read-own"
    ORDER_CANCEL_OWN = "order:cancel-own"
    PROFILE_OWN = "profile:own"
    STOCK_READ = "stock:read"
    STOCK_ADJUST = "stock:adjust"
    STOCK_RELEASE_HOLD = "stock:release-hold"
    CATALOG_WRITE = "catalog:write"
    CATALOG_PRICE = "catalog:price"
    CATALOG_IMPORT = "catalog:import"
    ORDER_READ_ANY = "order:read-any"
    ORDER_MANAGE = "order:manage"
    MAIL_READ = "mail:read"
    USER_READ = "user:read"
    USER_GRANT = "user:grant"
    USER_DISABLE = "user:disable"
    AUDIT_READ = "audit:read"
    OPS_RUN = "ops:run"


class Role(StrEnum):
    """A named set of permissions; the core itself never asks for a role."""

    SHOPPER = "shopper"
    STOCK_CLERK = "stock-clerk"
    CATALOG_MANAGER = "catalog-manager"
    ORDER_MANAGER = "order-manager"
    ADMIN = "admin"
    AUTOMATION = "automation"


_P = Permission
MEANINGS: dict[Permission, str] = {
    _P.CART_OWN: "keep a cart and hold stock",
    _P.ORDER_PLACE: "place an order",
    _P.ORDER_READ_OWN: "read own orders",
    _P.ORDER_CANCEL_OWN: "cancel an own order before dispatch",
    _P.PROFILE_OWN: "read and change own profile",
    _P.STOCK_READ: "read stock levels, holds and movements",
    _P.STOCK_ADJUST: "receive, count and correct stock",
    _P.STOCK_RELEASE_HOLD: "release another shopper's hold",
    _P.CATALOG_WRITE: "create and change products and categories",
    _P.CATALOG_PRICE: "change prices",
    _P.CATALOG_IMPORT: "bulk import and export",
    _P.ORDER_READ_ANY: "read any order",
    _P.ORDER_MANAGE: "dispatch, cancel, refund",
    _P.MAIL_READ: "read mail history",
    _P.USER_READ: "list users",
    _P.USER_GRANT: "grant and remove roles",
    _P.USER_DISABLE: "block and unblock users",
    _P.AUDIT_READ: "read the audit trail",
    _P.OPS_RUN: "expire carts, retry events, migrate, run health checks",
}
ANYONE = frozenset({_P.CART_OWN})
_SHOPPER = frozenset({_P.CART_OWN, _P.ORDER_PLACE, _P.ORDER_READ_OWN, _P.ORDER_CANCEL_OWN, _P.PROFILE_OWN})
_STOCK_CLERK = frozenset({_P.STOCK_READ, _P.STOCK_ADJUST, _P.STOCK_RELEASE_HOLD})
_CATALOG_MANAGER = frozenset({_P.CATALOG_WRITE, _P.CATALOG_PRICE, _P.CATALOG_IMPORT, _P.STOCK_READ})
_ORDER_MANAGER = frozenset({_P.ORDER_READ_ANY, _P.ORDER_MANAGE, _P.MAIL_READ, _P.STOCK_READ})
ROLES: dict[Role, frozenset[Permission]] = {
    Role.SHOPPER: _SHOPPER,
    Role.STOCK_CLERK: _STOCK_CLERK,
    Role.CATALOG_MANAGER: _CATALOG_MANAGER,
    Role.ORDER_MANAGER: _ORDER_MANAGER,
    Role.ADMIN: frozenset(Permission),
    Role.AUTOMATION: frozenset({_P.STOCK_READ, _P.STOCK_ADJUST, _P.CATALOG_IMPORT, _P.OPS_RUN}),
}
STAFF = frozenset(Permission) - _SHOPPER
EVERYTHING = frozenset(Permission)


def permissions_of(roles: frozenset[Role]) -> frozenset[Permission]:
    """Return what somebody with all of `roles` may do."""
    return frozenset().union(*(ROLES[role] for role in roles))
