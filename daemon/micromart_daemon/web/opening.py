"""Opening the door for browsers: which shop it leads to, and that this process holds no key to the database."""

import os

from msgspec.structs import replace

from micromart_core.adapters.remote.address import address_of
from micromart_core.adapters.remote.refusals import BadAddress
from micromart_core.bootstrap_remote import url_of_shop
from micromart_core.core_dumps import let_nobody_look_in
from micromart_core.errors import InvalidValue
from micromart_core.home import Home, find_home
from micromart_core.settings import Settings
from micromart_daemon.extras import needing
from micromart_daemon.opening import begin_log, settings_of


class HoldsTheDatabase(InvalidValue):
    """The settings of this door would hand the database to whoever breaks out of a storefront."""

    code = "web.holds_the_database"

    def __init__(self) -> None:
        super().__init__(
            "micromartd web does not start with the database's address in its settings.",
            why="the public's storefronts run as its user, and whoever broke out of one could read that",
            hint="run it as a user of its own, with MICROMART_SHOP__URL and without MICROMART_DATABASE__URL",
        )


def _url_of_shop(home: Home, settings: Settings) -> str:
    """Return where the shop answers: as the settings or the context say, else this machine's gateway."""
    try:
        return url_of_shop(home, None, settings) or address_of(f"http://{settings.gateway.listen}")
    except BadAddress as error:  # of which nobody may have typed a letter
        hint = "set MICROMART_SHOP__URL to where the gateway answers, such as https://shop.example.org"
        raise BadAddress(error.url, error.why, hint) from error


def open_web(flags: dict[str, str]) -> int:
    """Serve until SIGTERM and return the exit code.

    Raise BadSetting, ExtraMissing, HoldsTheDatabase, UnknownContext, BadAddress, NeedsTls, PortTaken,
    LogFolderUnusable.
    """
    home = find_home(os.environ)
    settings = settings_of(home.config, flags)
    if settings.database.url:
        raise HoldsTheDatabase
    let_nobody_look_in()  # the storefronts run as its user, and its environment may name other servers
    begin_log(settings.daemon, "micromart-web")
    url = _url_of_shop(home, settings)
    with needing("web"):
        from micromart_daemon.web.serving import serve

    return serve(replace(settings, shop=replace(settings.shop, url=url)))
