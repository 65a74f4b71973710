"""The wire names of events never change: others may have stored them."""

import pkgutil
from importlib import import_module

import micromart_core
from micromart_core.events import Event

FROZEN = {
    "order.placed": ("order_id", 13),
    "order.status_changed": ("order_id", 11),
    "cart.expired": ("cart_id", 3),
    "cart.lines_released": ("cart_id", 4),
    "stock.changed": ("sku", 5),
    "stock.low": ("sku", 3),
    "product.changed": ("sku", 4),
    "user.registered": ("user_id", 2),
    "mail.dead": ("mail_id", 5),
}
"""Wire name -> the field that is the key, and at least how many fields it has."""


def test_event_names_and_keys_are_frozen():
    for module in pkgutil.walk_packages(micromart_core.__path__, "micromart_core."):
        import_module(module.name)

    ours = {name: kind for name, kind in Event.by_name.items() if kind.__module__.startswith("micromart_core.")}

    assert {name: kind.key_field for name, kind in ours.items()} == {name: key for name, (key, _) in FROZEN.items()}
    for name, (_, fields) in FROZEN.items():
        assert len(ours[name].__dataclass_fields__) >= fields
