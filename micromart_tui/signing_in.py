"""Signing in from a page of the storefront."""

from typing import TYPE_CHECKING

from micromart_tui.widgets.twin import command

if TYPE_CHECKING:
    from micromart_tui.app import MartApp


def tell_how_to_sign_in(mart: "MartApp") -> None:
    """Tell the command that signs in at this terminal; the cart goes along."""
    mart.tell(f"{command('auth', 'login')}, then open the shop again.", "Sign in")
