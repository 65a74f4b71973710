"""One private file: replaced whole, refused when others could have touched it."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

from micromart_core.home import FolderUnusable, make_private

_LONGEST = 1024 * 1024
_FOR_OTHERS = 0o077


class NotPrivate(Exception):
    """The file, or its folder, is not this person's alone."""

    def __init__(self, place: Path, why: str) -> None:
        self.place, self.why = place, why
        super().__init__(f"{place}: {why}")


def read_private(file: Path) -> bytes | None:
    """Return what is in the file, None when it is not there; raise NotPrivate."""
    try:
        opened = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise NotPrivate(file, error.strerror or "it cannot be opened") from error
    with os.fdopen(opened, "rb") as found:
        _check(file, os.fstat(opened), stat.S_ISREG)
        _check(file.parent, file.parent.lstat(), stat.S_ISDIR)
        return found.read(_LONGEST)


def replace_private(file: Path, body: bytes) -> None:
    """Replace the file, the old one whole until the new one is; raise NotPrivate, FolderUnusable."""
    folder = make_private(file.parent)
    _check(folder, folder.lstat(), stat.S_ISDIR)
    draft = folder / f"{file.stem}.{os.getpid()}.new"
    try:
        draft.unlink(missing_ok=True)
        _write(draft, body)
        draft.replace(file)
    except OSError as error:
        raise FolderUnusable(folder, error.strerror or str(error)) from error
    finally:
        draft.unlink(missing_ok=True)


def _check(place: Path, found: os.stat_result, is_kind: Callable[[int], bool]) -> None:
    """Raise NotPrivate unless the place is of its kind, this person's, and closed to everybody else."""
    if not is_kind(found.st_mode):
        raise NotPrivate(place, "it is not what it should be")
    if found.st_uid != os.geteuid():
        raise NotPrivate(place, "it belongs to another user of this machine")
    if stat.S_IMODE(found.st_mode) & _FOR_OTHERS:
        raise NotPrivate(place, f"others may use it: its mode is {stat.S_IMODE(found.st_mode):04o}")


def _write(file: Path, body: bytes) -> None:
    opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(opened, "wb") as written:
        written.write(body)
        written.flush()
        os.fsync(opened)
