"""Puts together a shop that is elsewhere: its address, from a flag, a setting or the context in use, and its wire."""

from typing import TYPE_CHECKING

from micromart_core.adapters.remote.contexts import Contexts
from micromart_core.adapters.remote.refusals import BesideTheDatabase
from micromart_core.home import Home
from micromart_core.settings import Settings

if TYPE_CHECKING:
    from micromart_core.adapters.remote.shop import RemoteShop
    from micromart_core.bootstrap_issuer import Issuer


def contexts_of(home: Home) -> Contexts:
    """Return the shops that the person of a home gave names to."""
    return Contexts(home)


def url_of_shop(home: Home, asked: str | None, settings: Settings) -> str | None:
    """Return where the shop answers: what was asked for, else the setting, else what is in use; None = here.

    Raise UnknownContext, BadAddress, ContextsUnsafe.
    """
    contexts = Contexts(home)
    if asked is not None:
        return contexts.url_of(asked)
    if settings.shop.url:
        return contexts.url_of(settings.shop.url)
    return contexts.url_in_use()


def open_remote_shop(url: str, home: Home, settings: Settings) -> "RemoteShop":
    """Return the shop at an address; nothing is asked of it before it is needed."""
    from micromart_core.adapters.remote.shop import RemoteShop

    return RemoteShop(url, home, settings, _issuer_of)


def forget_shop(url: str, home: Home, settings: Settings) -> tuple[str, bool] | None:
    """End the session that a home holds at a shop, then throw it and the secret of its cart there away.

    Return whose session it was and whether it was ended there too, None when nobody was signed in.
    """
    from micromart_core.adapters.remote.shop import forget_home_at

    shop = open_remote_shop(url, home, settings)
    try:
        left = shop.leave()
    finally:
        shop.close()
    forget_home_at(home, url)
    return left


def beside_the_database(what: str, url: str) -> BesideTheDatabase:
    """Return the refusal of what a machine without the database cannot do."""
    return BesideTheDatabase(what, url)


def _issuer_of(settings: Settings) -> "Issuer":
    from micromart_core.bootstrap_issuer import Issuer

    return Issuer(settings)
