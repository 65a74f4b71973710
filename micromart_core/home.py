"""The folders of one person: what they configured, own, and what can be made again."""

import os
import pwd
from collections.abc import Mapping
from pathlib import Path
from socket import gethostname

from msgspec import Struct

from micromart_core.errors import InvalidValue, MicroMartError

_APP = "micromart"


class FolderUnusable(MicroMartError):
    """A folder of the home cannot be made."""

    code = "home.unusable"

    def __init__(self, folder: Path, why: str) -> None:
        self.folder = str(folder)
        super().__init__(
            f"The folder {folder} cannot be used.", why=why, hint="set MICROMART_HOME to a folder of your own"
        )


class NobodysHome(InvalidValue):
    """A path begins with the home of somebody this machine does not know."""

    code = "home.nobodys"

    def __init__(self, written: str) -> None:
        self.path = written
        super().__init__(
            f"{written} leads nowhere.",
            why="its ~ is the home of nobody on this machine",
            hint="write the whole path, from its first /",
        )


class Home(Struct, frozen=True):
    """Four folders; none exists before something is put into it."""

    config: Path
    data: Path
    state: Path
    cache: Path


def find_home(environ: Mapping[str, str]) -> Home:
    """Return `DIR/config`, `data`, `state` and `cache` of MICROMART_HOME=DIR, else the system's own places (XDG)."""
    if directory := environ.get("MICROMART_HOME"):
        root = path_of(directory).absolute()
        return Home(root / "config", root / "data", root / "state", root / "cache")
    from platformdirs import PlatformDirs

    places = PlatformDirs(_APP, appauthor=False)
    return Home(places.user_config_path, places.user_data_path, places.user_state_path, places.user_cache_path)


def path_of(written: str) -> Path:
    """Return the path that somebody wrote, with whose home a `~` at its beginning is; raise NobodysHome."""
    try:
        return Path(written).expanduser()
    except RuntimeError as error:
        raise NobodysHome(written) from error


def os_user() -> str:
    """Return who runs this process, as the kernel knows: the environment's LOGNAME is anybody's to set."""
    user = os.geteuid()
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return str(user)  # a container may run it as a number that has no name


def this_source() -> str:
    """Name where tries to sign in come from: this machine's user."""
    return f"{os_user()}@{gethostname()}"


def make_private(folder: Path) -> Path:
    """Make a folder, and those above it, that only its owner may enter (0700); return it, or raise FolderUnusable."""
    try:
        for missing in reversed([place for place in (folder, *folder.parents) if not place.exists()]):
            missing.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise FolderUnusable(folder, error.strerror or str(error)) from error
    if not folder.is_dir():
        raise FolderUnusable(folder, "it is no folder")
    return folder
