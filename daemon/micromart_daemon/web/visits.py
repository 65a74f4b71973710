"""Visits: each browser has a folder of its own on this machine, while it is here and for a while after."""

import hashlib
import re
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from micromart_core.clock import stopwatch

_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")


class _Visit(Struct):
    folder: Path
    open: int = 0
    left_at: float = 0.0
    """By the stopwatch."""


class Visits:
    """The folders of all visitors; in each lie the secret of its cart and its session, and nothing of another's."""

    def __init__(self, root: Path, *, keep_seconds: float, most: int, now: Callable[[], float] = stopwatch) -> None:
        self._root, self._keep_seconds, self._most, self._now = root, keep_seconds, most, now
        self._visits: dict[str, _Visit] = {}

    @contextmanager
    def entered(self, secret: str | None) -> Iterator[Path]:
        """Lend the folder of whoever brings this secret; without a proper one, a folder that ends with the session."""
        self.forget_old()
        is_known = bool(secret and _SECRET.fullmatch(secret))
        name = _name_of(secret if secret and is_known else new_secret())
        visit = self._visits.setdefault(name, _Visit(self._root / name))
        visit.folder.mkdir(mode=0o700, exist_ok=True)
        visit.open += 1
        try:
            yield visit.folder
        finally:
            visit.open -= 1
            visit.left_at = self._now()
            if not (is_known and self._keep_seconds):
                self._forget(name)

    def forget_old(self) -> None:
        """Throw away the folders of those who left too long ago, and of the first to leave when there are too many."""
        left = sorted((visit.left_at, name) for name, visit in self._visits.items() if not visit.open)
        too_many = max(0, len(left) - self._most)
        for place, (left_at, name) in enumerate(left):
            if place < too_many or self._now() - left_at >= self._keep_seconds:
                self._forget(name)

    def _forget(self, name: str) -> None:
        if not self._visits[name].open:
            shutil.rmtree(self._visits.pop(name).folder, ignore_errors=True)


def new_secret() -> str:
    """Make what a browser is known again by."""
    return secrets.token_urlsafe(32)


def _name_of(secret: str) -> str:
    """Return a name that opens nothing to whoever lists the folders."""
    return hashlib.sha256(secret.encode()).hexdigest()[:32]
