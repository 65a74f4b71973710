"""Opening the shop on a terminal."""

import asyncio
import gc
from collections.abc import Callable
from pathlib import Path
from signal import SIGTERM
from typing import TYPE_CHECKING

from micromart_core.inventory.model import Sku
from micromart_core.operation import Gateway
from micromart_tui.app import MartApp
from micromart_tui.errands import Errands
from micromart_tui.held_log import log_held_back
from micromart_tui.preferences import Preferences
from micromart_tui.sign_in import SignIn

if TYPE_CHECKING:
    from micromart_core.maintenance.doctor import Looks
    from micromart_tui.admin.staffing import Staffing


def open_storefront(
    gateway: Gateway,
    state: Path,
    *,
    at: str = "shop",
    lit: Sku | None = None,
    sign_in: SignIn | None = None,
    is_ascii: bool = False,
    opening: Callable[[], object],
) -> None:
    """Run the storefront until somebody quits; `at` names the place it opens with, `lit` the product on the shelf.

    What is chosen on the screen is remembered in the folder `state`. `opening` opens the shop, in a thread, once the
    first page is drawn; the MicroMartError that it raises ends the storefront and comes out of here.
    """

    def open_and_settle() -> None:
        opening()
        _settle()

    app = MartApp(
        gateway,
        at=at,
        lit=lit,
        preferences=Preferences(state),
        is_ascii=is_ascii,
        sign_in=sign_in,
        opening=open_and_settle,
    )
    _run(app)


def open_plain_shop(gateway: Gateway, *, at: str = "shop", sign_in: SignIn | None = None) -> None:
    """Serve the shop in lines until somebody quits or stdin ends; `at` is a place or a SKU."""
    from micromart_tui.plain.lines import TerminalLines
    from micromart_tui.plain.shop import PlainShop

    PlainShop(gateway, TerminalLines(), sign_in).run(at)


def open_admin_desk(
    gateway: Gateway,
    state: Path,
    *,
    at: str,
    looks: Callable[[], "Looks"],
    staffing: "Staffing",
    sign_in: SignIn,
    is_ascii: bool = False,
) -> None:
    """Run the desk until somebody quits; raise SignInFirst or NotAllowed before anything is shown.

    `looks` returns what its place for the shop's health looks at; `staffing` hands out roles; `sign_in` also sends the
    letters of what is done here.
    """
    from micromart_core.users.service_staff import open_desk

    gateway.run(open_desk)
    _settle()
    app = MartApp(
        gateway,
        at=at,
        looks=looks,
        staffing=staffing,
        preferences=Preferences(state),
        is_ascii=is_ascii,
        sign_in=sign_in,
    )
    _run(app)


def _settle() -> None:
    """Let memory be looked after: the start went without that, a shop that is open for hours may not."""
    gc.freeze()  # what was loaded stays: no collection need look through it
    gc.enable()


async def _run_until_left(app: MartApp) -> bool:
    """Return when somebody has left; True when that was SIGTERM, of which a second one ends the process at once."""
    loop, terminated = asyncio.get_running_loop(), asyncio.Event()

    def leave() -> None:
        loop.remove_signal_handler(SIGTERM)
        terminated.set()
        app.exit()

    loop.set_default_executor(Errands())
    loop.add_signal_handler(SIGTERM, leave)
    await app.run_async()
    return terminated.is_set()


def _run(app: MartApp) -> None:
    """Run an app; what ends it is raised when the terminal is as it was, and nothing else writes on the screen."""
    with log_held_back():
        was_terminated = asyncio.run(_run_until_left(app))
    for end in (app.crash, app.refusal):
        if end is not None:
            raise end
    if was_terminated:
        raise SystemExit(128 + SIGTERM)
