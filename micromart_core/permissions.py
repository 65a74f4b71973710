"""The one table of what may be done and which role may do it."""

from enum import StrEnum


class Permission(StrEnum):
    """What an operation may ask of its caller."""

    CART_OWN = "cart:own"
    """Keep a cart and hold stock."""
    ORDER_PLACE = "order:place"
    """Place an order."""
    ORDER_READ_OWN = "order:read-own"
    """Read own orders."""
    ORDER_CANCEL_OWN = "order:cancel-own"
    """Cancel an own order before dispatch."""
    PROFILE_OWN = "profile:own"
    """Read and change own profile."""
    STOCK_READ = "stock:read"
    """Read stock levels, holds and movements."""
    STOCK_ADJUST = "stock:adjust"
    """Receive, count and correct stock."""
    STOCK_RELEASE_HOLD = "stock:release-hold"
    """Release another shopper's hold."""
    CATALOG_WRITE = "catalog:write"
    """Create and change products and categories."""
    CATALOG_PRICE = "catalog:price"
    """Change prices."""
    CATALOG_IMPORT = "catalog:import"
    """Bulk import and export."""
    ORDER_READ_ANY = "order:read-any"
    """Read any order."""
    ORDER_MANAGE = "order:manage"
    """Dispatch, cancel, refund."""
    MAIL_READ = "mail:read"
    """Read mail history."""
    USER_READ = "user:read"
    """List users."""
    USER_GRANT = "user:grant"
    """Grant and remove roles."""
    USER_DISABLE = "user:disable"
    """Block and unblock users."""
    AUDIT_READ = "audit:read"
    """Read the audit trail."""
    OPS_RUN = "ops:run"
    """Expire carts, retry events, migrate, run health checks."""


class Role(StrEnum):
    """A named set of permissions; the core itself never asks for a role."""

    SHOPPER = "shopper"
    STOCK_CLERK = "stock-clerk"
    CATALOG_MANAGER = "catalog-manager"
    ORDER_MANAGER = "order-manager"
    ADMIN = "admin"
    AUTOMATION = "automation"


_P = Permission
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
    Role.AUTOMATION: frozenset({_P.STOCK_READ, _P.STOCK_ADJUST, _P.CATALOG_IMPORT, _P.CATALOG_PRICE, _P.OPS_RUN}),
}
STAFF = frozenset(Permission) - _SHOPPER
EVERYTHING = frozenset(Permission)


def permissions_of(roles: frozenset[Role]) -> frozenset[Permission]:
    """Return what somebody with all of `roles` may do."""
    return frozenset().union(*(ROLES[role] for role in roles))
