"""The session of one person: one private file, replaced whole, refused when others could have touched it; or memory."""

import threading
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

import msgspec
from msgspec import Struct

from micromart_core.adapters.private_file import NotPrivate, read_private, replace_private
from micromart_core.errors import MicroMartError
from micromart_core.home import Home, make_private
from micromart_core.reticent import Reticent, Unshown
from micromart_core.write_lock import WriteLock


class SessionUnsafe(MicroMartError):
    """The file of the session, or its folder, is not this person's alone."""

    code = "home.session_unsafe"

    def __init__(self, place: Path, why: str, hint: str) -> None:
        self.place = str(place)
        super().__init__(f"{place} cannot be trusted.", why=why, hint=hint)


class StoredSession(Reticent, Struct, frozen=True):
    """What a home keeps of a sign-in."""

    user: str
    issuer: str
    token: Unshown[str]


class KeptSession(Protocol):
    """Keeps at most one session; take `lock` around reading it and replacing it."""

    place: str
    """Where it lies, in one word."""

    def lock(self) -> AbstractContextManager[object]:
        """Return a lock that one holds at a time."""
        ...

    def load(self) -> StoredSession | None:
        """Return the session, None when nobody is signed in."""
        ...

    def save(self, session: StoredSession) -> None:
        """Replace the session."""
        ...

    def clear(self) -> None:
        """Forget the session."""
        ...


class PassingSession:
    """Keeps a session in the memory of this process."""

    place = "memory"

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._held: StoredSession | None = None

    def lock(self) -> AbstractContextManager[object]:
        """Return a lock that one thread at a time holds."""
        return self._turn

    def load(self) -> StoredSession | None:
        """Return the session, None when nobody is signed in."""
        return self._held

    def save(self, session: StoredSession) -> None:
        """Replace the session."""
        self._held = session

    def clear(self) -> None:
        """Forget the session."""
        self._held = None


class SessionStore:
    """Keeps at most one session a home; take `lock` around reading it and replacing it."""

    place = "file"

    def __init__(self, home: Home) -> None:
        self.file = home.state / "session.json"

    def lock(self) -> AbstractContextManager[object]:
        """Return a lock that one process of this home at a time holds."""
        return WriteLock(make_private(self.file.parent) / "session.lock")

    def load(self) -> StoredSession | None:
        """Return the session, None when nobody is signed in; raise SessionUnsafe."""
        try:
            body = read_private(self.file)
            return None if body is None else msgspec.json.decode(body, type=StoredSession)
        except NotPrivate as error:
            raise self._unsafe(error.place, error.why) from error
        except (msgspec.MsgspecError, RecursionError) as error:
            raise self._unsafe(self.file, "it is no session") from error

    def save(self, session: StoredSession) -> None:
        """Replace the session, the old one whole until the new one is; raise SessionUnsafe, FolderUnusable."""
        try:
            replace_private(self.file, msgspec.json.encode(session))
        except NotPrivate as error:
            raise self._unsafe(error.place, error.why) from error

    def clear(self) -> None:
        """Forget the session."""
        self.file.unlink(missing_ok=True)

    def _unsafe(self, place: Path, why: str) -> SessionUnsafe:
        if place == self.file:
            return SessionUnsafe(place, why, f"rm {place}; then micromart auth login")
        return SessionUnsafe(place, why, f"chmod 700 {place}")
