"""Opening the shop on a terminal."""

from micromart_core.operation import Gateway
from micromart_tui.app import MartApp


def open_storefront(gateway: Gateway, *, at: str = "shop") -> None:
    """Run the storefront until somebody quits; `at` names the place it opens with."""
    MartApp(gateway, at=at).run()
