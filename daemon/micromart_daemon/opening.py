"""Opening the shop that a daemon works for: its settings, its database, its log."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec.structs import replace

from micromart_core import migration
from micromart_core.bootstrap import Shop, make_missing_shop, open_shop
from micromart_core.errors import InvalidValue
from micromart_core.home import find_home, path_of
from micromart_core.logs import log_as_json
from micromart_core.settings import DaemonSettings, Settings
from micromart_core.settings_sources import Sources, read_settings


class LogFolderUnusable(InvalidValue):
    """The log cannot be kept where the settings say."""

    code = "daemon.log_folder"

    def __init__(self, folder: str, why: str) -> None:
        self.folder = folder
        super().__init__(
            f"The log cannot be written in {folder}.", why=why, hint="make daemon.log_folder, writable for this user"
        )


def as_set(settings: Settings) -> Settings:
    """Take the settings as they are."""
    return settings


def ready_for_sessions(settings: Settings) -> Settings:
    """Return settings under which every visitor has a limit and many sessions find a connection to the database."""
    per_minute = settings.limits.operations_per_minute or settings.ssh.operations_per_minute
    return replace(
        settings,
        limits=replace(settings.limits, operations_per_minute=per_minute),
        database=replace(settings.database, pool_size=max(settings.database.pool_size, 10)),
    )


@contextmanager
def opened_shop(
    *,
    flags: dict[str, str] | None = None,
    adjust: Callable[[Settings], Settings] = as_set,
    logs: str = "",
    part: str = "",
) -> Iterator[Shop]:
    """Open the shop of this home; `logs` is whose log goes to stderr, empty for none.

    `part` tells which of several processes of that name this is. An embedded shop that is missing is made, as by
    any verb. Raise SchemaTooOld, SchemaTooNew, BadSetting or LogFolderUnusable.
    """
    home = find_home(os.environ)
    settings = adjust(settings_of(home.config, flags or {}))
    if logs:
        begin_log(settings.daemon, logs, part)
    make_missing_shop(settings, home.data, _say)
    shop = open_shop(settings, home.data)
    try:
        if logs:
            migration.check(shop.database)
        yield shop
    finally:
        shop.close()


def begin_log(settings: DaemonSettings, service: str, part: str = "") -> None:
    """Log on stderr, and into the folder of the settings too; raise LogFolderUnusable."""
    folder = path_of(settings.log_folder) if settings.log_folder else None
    try:
        log_as_json(sys.stderr, settings.log_level, service, folder, part)
    except OSError as error:
        raise LogFolderUnusable(settings.log_folder, error.strerror or str(error)) from error


def _say(notice: str) -> None:
    sys.stderr.write(notice + "\n")


def settings_of(config: Path, flags: dict[str, str]) -> Settings:
    """Read the settings of a home's folder; raise BadSetting."""
    settings, _ = read_settings(Sources(flags, os.environ, (Path("micromart.toml"), config / "config.toml")))
    return settings
