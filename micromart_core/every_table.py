"""All tables at once, for those few who make, copy or check a whole database."""

from importlib import import_module

from sqlalchemy import MetaData

from micromart_core.schema import metadata

_DECLARED_IN = (
    "outbox",
    "inbox",
    "intents",
    "dead_letters",
    "daemons",
    "authentication.tables",
    "users.tables",
    "products.tables",
    "inventory.store_levels",
    "inventory.store_ledger",
    "inventory.store_runs",
    "carts.tables",
    "orders.store",
    "notifications.store",
)


def load_tables() -> MetaData:
    """Import every module that declares tables and return the metadata they hang on."""
    for module in _DECLARED_IN:
        import_module(f"micromart_core.{module}")
    return metadata
