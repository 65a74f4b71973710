"""The session of one person's home: one private file, replaced whole, refused when others could have touched it."""

import os
import stat
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from micromart_core.errors import MicroMartError
from micromart_core.home import FolderUnusable, Home, make_private
from micromart_core.write_lock import WriteLock

_LONGEST = 64 * 1024
_FOR_OTHERS = 0o077


class SessionUnsafe(MicroMartError):
    """The file of the session, or its folder, is not this person's alone."""

    code = "home.session_unsafe"

    def __init__(self, place: Path, why: str, hint: str) -> None:
        self.place = str(place)
        super().__init__(f"{place} cannot be trusted.", why=why, hint=hint)


@dataclass(frozen=True, slots=True)
class StoredSession:
    """What a home keeps of a sign-in."""

    user: str
    issuer: str
    token: str = field(repr=False)


class SessionStore:
    """Keeps at most one session a home; take `lock` around reading it and replacing it."""

    def __init__(self, home: Home) -> None:
        self.file = home.state / "session.json"

    def lock(self) -> AbstractContextManager[None]:
        """Return a lock that one process of this home at a time holds."""
        return WriteLock(make_private(self.file.parent) / "session.lock")

    def load(self) -> StoredSession | None:
        """Return the session, None when nobody is signed in; raise SessionUnsafe."""
        try:
            opened = os.open(self.file, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._unsafe(self.file, error.strerror or "it cannot be opened") from error
        with os.fdopen(opened, "rb") as file:
            self._check(self.file, os.fstat(opened), stat.S_ISREG)
            self._check(self.file.parent, self.file.parent.lstat(), stat.S_ISDIR)
            body = file.read(_LONGEST)
        try:
            return msgspec.json.decode(body, type=StoredSession)
        except msgspec.MsgspecError as error:
            raise self._unsafe(self.file, "it is no session") from error

    def save(self, session: StoredSession) -> None:
        """Replace the session, the old one whole until the new one is; raise SessionUnsafe, FolderUnusable."""
        folder = make_private(self.file.parent)
        self._check(folder, folder.lstat(), stat.S_ISDIR)
        draft = folder / f"session.{os.getpid()}.new"
        try:
            draft.unlink(missing_ok=True)
            _write(draft, msgspec.json.encode(session))
            draft.replace(self.file)
        except OSError as error:
            raise FolderUnusable(folder, error.strerror or str(error)) from error
        finally:
            draft.unlink(missing_ok=True)

    def clear(self) -> None:
        """Forget the session."""
        self.file.unlink(missing_ok=True)

    def _check(self, place: Path, found: os.stat_result, is_kind: Callable[[int], bool]) -> None:
        """Raise SessionUnsafe unless the place is of its kind, this person's, and closed to everybody else."""
        if not is_kind(found.st_mode):
            raise self._unsafe(place, "it is not what it should be")
        if found.st_uid != os.geteuid():
            raise self._unsafe(place, "it belongs to another user of this machine")
        if stat.S_IMODE(found.st_mode) & _FOR_OTHERS:
            raise self._unsafe(place, f"others may use it: its mode is {stat.S_IMODE(found.st_mode):04o}")

    def _unsafe(self, place: Path, why: str) -> SessionUnsafe:
        if place == self.file:
            return SessionUnsafe(place, why, f"rm {place}; then micromart auth login")
        return SessionUnsafe(place, why, f"chmod 700 {place}")


def _write(file: Path, body: bytes) -> None:
    opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(opened, "wb") as written:
        written.write(body)
        written.flush()
        os.fsync(opened)
