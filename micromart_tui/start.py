"""Opening the shop on a terminal."""

from micromart_core.operation import Gateway
from micromart_core.users.service_staff import open_desk
from micromart_tui.app import MartApp


def open_storefront(gateway: Gateway, *, at: str = "shop") -> None:
    """Run the storefront until somebody quits; `at` names the place it opens with."""
    MartApp(gateway, at=at).run()


def open_admin_desk(gateway: Gateway, *, at: str) -> None:
    """Run the desk until somebody quits; raise SignInFirst or NotAllowed before anything is shown."""
    gateway.run(open_desk)
    MartApp(gateway, at=at).run()
