"""A program of the stack that is made once, then shared by all checkouts of this user."""

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path


def shared_place(name: str) -> Path:
    """Return where the program of this name lies, once it is made."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "micromart-stack" / name


def made_whole(place: Path, make: Callable[[Path], Path]) -> Path:
    """Return `place`; where it is missing, `make` fills an empty folder beside it and says what of that goes there.

    Whoever wants the same meanwhile waits: nobody meets half a program.
    """
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (place.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not place.exists():
            beside = place.with_name(f"{place.name}.new")
            shutil.rmtree(beside, ignore_errors=True)
            beside.mkdir()
            make(beside).rename(place)
            shutil.rmtree(beside)
    return place
