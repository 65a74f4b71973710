"""The secret of an anonymous cart: whoever holds it owns that cart, so a home's file of it is its owner's alone."""

import os
import stat
from pathlib import Path
from typing import Protocol

from msgspec import Struct, field

from micromart_core.errors import MicroMartError
from micromart_core.home import FolderUnusable, Home, make_private
from micromart_core.ids import new_id, new_secret
from micromart_core.reticent import Reticent, Unshown

_LONGEST = 256


class SecretUnsafe(MicroMartError):
    """The file of the cart's secret is not this person's alone."""

    code = "home.secret_unsafe"

    def __init__(self, file: Path, why: str) -> None:
        self.file = str(file)
        super().__init__(f"{file} cannot be trusted.", why=why, hint=f"remove {file}; a new cart begins")


class CartSecret(Protocol):
    """Where the secret of somebody's anonymous cart lies."""

    def load(self) -> str:
        """Return the secret, made on the first call."""
        ...

    def renew(self) -> str:
        """Make a new one, as after signing in: the old one opens nothing from now on."""
        ...


class HomeCartSecret(Struct, frozen=True):
    """In the private file of a home."""

    home: Home

    def load(self) -> str:
        """Return the secret; raise SecretUnsafe, FolderUnusable."""
        return cart_secret_of(self.home)

    def renew(self) -> str:
        """Make a new one; raise FolderUnusable."""
        return renew_cart_secret(self.home)


class PassingCartSecret(Reticent, Struct):
    """In the memory of this process, and gone with whoever holds this."""

    secret: Unshown[str] = field(default_factory=new_secret)

    def load(self) -> str:
        """Return the secret."""
        return self.secret

    def renew(self) -> str:
        """Make a new one."""
        self.secret = new_secret()
        return self.secret


def cart_secret_of(home: Home) -> str:
    """Return the cart's secret of this home, made on the first call; two first calls agree.

    Raise SecretUnsafe, FolderUnusable.
    """
    file = _file_of(home)
    secret = _read(file)
    if secret is None:
        _make(file)
        secret = _read(file)
    if not secret:
        raise SecretUnsafe(file, "it is empty")
    return secret


def renew_cart_secret(home: Home) -> str:
    """Make a new secret, as after signing in: the old one opens nothing from now on. Raise FolderUnusable."""
    file = _file_of(home)
    draft = _draft_of(file)
    try:
        secret = _write(draft)
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
    return secret


def _file_of(home: Home) -> Path:
    return home.state / "cart-secret"


def _draft_of(file: Path) -> Path:
    return make_private(file.parent) / f"{file.name}.{new_id('draft')}"


def _make(file: Path) -> None:
    """Write a new secret and put it in place whole, unless another process was first."""
    draft = _draft_of(file)
    try:
        _write(draft)
        os.link(draft, file)
    except FileExistsError:
        pass  # another process was first: its secret is the one
    finally:
        draft.unlink(missing_ok=True)


def _write(file: Path) -> str:
    secret = new_secret()
    try:
        with open(file, "xb", opener=_open_private) as written:
            written.write(secret.encode())
            written.flush()
            os.fsync(written.fileno())
    except OSError as error:
        raise FolderUnusable(file.parent, error.strerror or str(error)) from error
    return secret


def _open_private(file: str, how: int) -> int:
    return os.open(file, how | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)


def _read(file: Path) -> str | None:
    try:
        # Without O_NONBLOCK a pipe in its place would keep whoever reads it waiting for ever.
        opened = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise SecretUnsafe(file, error.strerror or "it cannot be opened") from error
    try:
        found = os.fstat(opened)
        if not stat.S_ISREG(found.st_mode):
            raise SecretUnsafe(file, "it is no file")
        if found.st_uid != os.getuid() or stat.S_IMODE(found.st_mode) & 0o077:
            raise SecretUnsafe(file, "others may read it, or it belongs to somebody else")
        return os.read(opened, _LONGEST).decode("ascii", "replace").strip()
    finally:
        os.close(opened)
