"""One private file: replaced whole, refused when others could have touched it."""

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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
        # Without O_NONBLOCK a pipe in its place would keep whoever reads it waiting for ever.
        opened = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise NotPrivate(file, error.strerror or "it cannot be opened") from error
    try:
        _check(file, os.fstat(opened), stat.S_ISREG)
        _check(file.parent, file.parent.lstat(), stat.S_ISDIR)
        return os.read(opened, _LONGEST)
    finally:
        os.close(opened)


def replace_private(file: Path, body: bytes) -> None:
    """Replace the file, the old one whole until the new one is; raise NotPrivate, FolderUnusable."""
    with _draft_of(file, file.parent / f"{file.stem}.{os.getpid()}.new", room=0) as replace_by:
        replace_by(body)


@contextmanager
def room_for(file: Path, room: int) -> Iterator[Callable[[bytes], None]]:
    """Take the space of so many bytes before it is known what is written; yield what then replaces the file.

    Raise as `replace_private` does. One at a time: a draft that a killed process left is the next one's to throw away.
    A file system that copies on writing (Btrfs, ZFS) may want more space all the same.
    """
    with _draft_of(file, file.with_suffix(".new"), room) as replace_by:
        yield replace_by


@contextmanager
def _draft_of(file: Path, draft: Path, room: int) -> Iterator[Callable[[bytes], None]]:
    folder = make_private(file.parent)
    _check(folder, folder.lstat(), stat.S_ISDIR)

    def replace_by(body: bytes) -> None:
        with _explained(folder):
            _write(draft, body)
            draft.replace(file)

    try:
        with _explained(folder):
            draft.unlink(missing_ok=True)
            _write(draft, os.urandom(room), os.O_CREAT | os.O_EXCL)  # noise: no file system makes it smaller
        yield replace_by
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def _explained(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise FolderUnusable(folder, error.strerror or str(error)) from error


def _check(place: Path, found: os.stat_result, is_kind: Callable[[int], bool]) -> None:
    """Raise NotPrivate unless the place is of its kind, this person's, and closed to everybody else."""
    if not is_kind(found.st_mode):
        raise NotPrivate(place, "it is not what it should be")
    if found.st_uid != os.geteuid():
        raise NotPrivate(place, "it belongs to another user of this machine")
    if stat.S_IMODE(found.st_mode) & _FOR_OTHERS:
        raise NotPrivate(place, f"others may use it: its mode is {stat.S_IMODE(found.st_mode):04o}")


def _write(file: Path, body: bytes, how: int = 0) -> None:
    """Write over what is there and cut off the rest, so that no space is given back before it is used."""
    opened = os.open(file, os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC | how, 0o600)
    with os.fdopen(opened, "wb") as written:
        written.write(body)
        written.truncate()
        written.flush()
        os.fsync(opened)
