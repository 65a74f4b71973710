"""Opening the shop that a daemon works for: its settings, its database, its log."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from micromart_core import migration
from micromart_core.bootstrap import Shop, make_missing_shop, open_shop
from micromart_core.home import find_home
from micromart_core.logs import log_as_json
from micromart_core.settings import Settings
from micromart_core.settings_sources import Sources, read_settings


@contextmanager
def opened_shop(*, listen: str | None = None, logs: bool = False) -> Iterator[Shop]:
    """Open the shop of this home, with its log on stderr when asked for; raise SchemaTooOld, SchemaTooNew, BadSetting.

    An embedded shop that is missing is made, as by any verb.
    """
    home = find_home(os.environ)
    settings = _settings(home.config, listen)
    if logs:
        log_as_json(sys.stderr, settings.daemon.log_level)
    make_missing_shop(settings, home.data, _say)
    shop = open_shop(settings, home.data)
    try:
        if logs:
            migration.check(shop.database)
        yield shop
    finally:
        shop.close()


def _say(notice: str) -> None:
    sys.stderr.write(notice + "\n")


def _settings(config: Path, listen: str | None) -> Settings:
    flags = {} if listen is None else {"daemon.listen": listen}
    settings, _ = read_settings(Sources(flags, os.environ, (Path("micromart.toml"), config / "config.toml")))
    return settings
