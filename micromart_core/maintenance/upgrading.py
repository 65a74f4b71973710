"""Upgrading a shop, or making an empty one where there is none yet."""

from micromart_core.bootstrap import Shop
from micromart_core.embedded import file_of, make_shop
from micromart_core.migration import Upgrade, planned, upgrade
from migrations import HEAD

_NEW = Upgrade(None, HEAD)


def plan_upgrade(shop: Shop) -> Upgrade:
    """Return what `upgrade_shop` would do, or raise SchemaTooNew."""
    file = file_of(shop.settings)
    return _NEW if file is not None and not file.exists() else planned(shop.database)


def upgrade_shop(shop: Shop) -> Upgrade:
    """Bring a shop to this program's revision, or raise SchemaTooNew; a missing embedded one is made, empty."""
    if make_shop(shop.settings, lambda _gateway: None):
        return _NEW
    return upgrade(shop.database)
