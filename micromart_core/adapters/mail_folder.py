"""Mail into a Maildir on this machine: the outbox of a shop without a mail server."""

import hashlib
import os
from pathlib import Path

from micromart_core.notifications.model import Letter, MailDelayed

_PRIVATE_FOLDER, _PRIVATE_FILE = 0o700, 0o600


class MailFolder:
    """Writes each letter into a Maildir that only its owner may read; the same letter again is the same file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def send(self, letter: Letter) -> None:
        """Put a letter into `new`, safe on disk; raise MailDelayed when the folder cannot take it."""
        from micromart_core.adapters.mail_message import message_of

        name = f"{hashlib.sha256(letter.message_id.encode()).hexdigest()[:32]}.micromart"
        try:
            self._make_folders()
            if not any((self._path / "cur").glob(f"{name}*")):
                message = message_of(letter)
                self._write(name, message.as_bytes(policy=message.policy.clone(linesep="\n")))
        except OSError as error:
            raise MailDelayed(f"{error.filename or self._path}: {error.strerror or error}") from error

    def close(self) -> None:
        """A folder keeps nothing open."""

    def _make_folders(self) -> None:
        for folder in (self._path, self._path / "tmp", self._path / "new", self._path / "cur"):
            folder.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)

    def _write(self, name: str, body: bytes) -> None:
        unfinished = self._path / "tmp" / f"{name}.{os.getpid()}"
        opened = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, _PRIVATE_FILE)
        with os.fdopen(opened, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        new = self._path / "new"
        unfinished.replace(new / name)
        _sync_folder(new)


def _sync_folder(folder: Path) -> None:
    """Make a new name in a folder survive a power cut."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
