"""Opening the shop on a terminal."""

import logging

from micromart_core.inventory.model import Sku
from micromart_core.operation import Gateway
from micromart_core.users.service_staff import open_desk
from micromart_tui.app import MartApp


def open_storefront(gateway: Gateway, *, at: str = "shop", lit: Sku | None = None) -> None:
    """Run the storefront until somebody quits; `at` names the place it opens with, `lit` the product on the shelf."""
    _run(MartApp(gateway, at=at, lit=lit))


def open_admin_desk(gateway: Gateway, *, at: str) -> None:
    """Run the desk until somebody quits; raise SignInFirst or NotAllowed before anything is shown."""
    gateway.run(open_desk)
    _run(MartApp(gateway, at=at))


def _run(app: MartApp) -> None:
    """Run an app; what ends it is raised when the terminal is as it was, and nothing else writes on the screen."""
    last_resort, logging.lastResort = logging.lastResort, None  # it would write warnings across the page
    try:
        app.run()
    finally:
        logging.lastResort = last_resort
    if app.crash is not None:
        raise app.crash
