"""A new secret in a file of its own, which only its owner may read."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from micromart_core.errors import InvalidValue, Refused
from micromart_core.ids import new_secret


class FileExists(Refused):
    """The file for the secret is there already."""

    code = "file.exists"

    def __init__(self, path: Path) -> None:
        self.file = str(path)
        super().__init__(
            f"{path} exists.", why="a secret is never written over another file", hint="name a new file, or remove it"
        )


@contextmanager
def new_secret_file(path: Path, *, keep: bool) -> Iterator[str]:
    """Write a new secret into a new file (0600) and give it out; the file goes again when the work inside fails.

    A missing folder is made (0700). Raise FileExists, or InvalidValue when the file cannot be made.
    """
    secret = new_secret()
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        raise FileExists(path) from None
    except OSError as error:
        raise InvalidValue(
            f"{path} cannot be written.", why=error.strerror or str(error), hint="name a new file in a folder of yours"
        ) from error
    kept = False
    try:
        with os.fdopen(opened, "w", encoding="ascii") as file:
            file.write(f"{secret}\n")
        yield secret
        kept = keep
    finally:
        if not kept:
            path.unlink(missing_ok=True)
