"""All tables at once, for those few who make, copy or check a whole database."""

import pkgutil
from importlib import import_module

from sqlalchemy import MetaData

from micromart_core.schema import metadata

_KERNEL = ("outbox", "inbox", "intents", "dead_letters")
_SERVICES = ("authentication", "users", "products", "inventory", "carts", "orders", "notifications")


def load_tables() -> MetaData:
    """Import every module that declares tables and return the metadata they hang on."""
    for name in _KERNEL:
        import_module(f"micromart_core.{name}")
    for service in _SERVICES:
        package = import_module(f"micromart_core.{service}")
        for module in pkgutil.iter_modules(package.__path__):
            if module.name.startswith(("store", "tables")):
                import_module(f"micromart_core.{service}.{module.name}")
    return metadata
