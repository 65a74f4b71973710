"""Opening the shop that a daemon works for: its settings, its database, its log."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from micromart_core import migration
from micromart_core.bootstrap import Shop, make_missing_shop, open_shop
from micromart_core.home import find_home
from micromart_core.logs import log_as_json
from micromart_core.settings import Settings
from micromart_core.settings_sources import Sources, read_settings


def as_set(settings: Settings) -> Settings:
    """Take the settings as they are."""
    return settings


def ready_for_the_public(settings: Settings) -> Settings:
    """Return settings under which every caller has a limit and every thread of the gateway a connection."""
    per_minute = settings.limits.operations_per_minute or settings.gateway.requests_per_minute
    connections = max(settings.database.pool_size, 4 * settings.gateway.threads)
    return replace(
        settings,
        limits=replace(settings.limits, operations_per_minute=per_minute),
        database=replace(settings.database, pool_size=connections),
    )


@contextmanager
def opened_shop(
    *, flags: dict[str, str] | None = None, adjust: Callable[[Settings], Settings] = as_set, logs: bool = False
) -> Iterator[Shop]:
    """Open the shop of this home, with its log on stderr when asked for; raise SchemaTooOld, SchemaTooNew, BadSetting.

    An embedded shop that is missing is made, as by any verb.
    """
    home = find_home(os.environ)
    settings = adjust(_settings(home.config, flags or {}))
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


def _settings(config: Path, flags: dict[str, str]) -> Settings:
    settings, _ = read_settings(Sources(flags, os.environ, (Path("micromart.toml"), config / "config.toml")))
    return settings
