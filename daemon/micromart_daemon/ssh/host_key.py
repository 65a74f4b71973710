"""The key by which clients know this host again, and what makes a cart's secret out of a client's own key."""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from pathlib import Path

import asyncssh

from micromart_core.adapters.private_file import NotPrivate, read_private, replace_private
from micromart_core.errors import MicroMartError
from micromart_core.home import make_private
from micromart_core.write_lock import WriteLock

FILE_NAME = "ssh-host-key"
_PURPOSE = b"micromart: the cart of a visitor's key"


class HostKeyUnsafe(MicroMartError):
    """The host key is no key, or not this user's alone."""

    code = "ssh.host_key_unsafe"

    def __init__(self, file: Path, why: str) -> None:
        self.file = str(file)
        super().__init__(
            f"The host key {file} cannot be used.",
            why=why,
            hint=f"chmod 600 {file}, or move it away: a new one is made, which every client is warned of",
        )


class HostKey:
    """The private key of this host."""

    def __init__(self, key: asyncssh.SSHKey) -> None:
        self.key = key
        self._pepper = hmac.digest(key.export_private_key("pkcs8-der"), _PURPOSE, hashlib.sha256)

    def cart_secret_of(self, client_key: bytes) -> str:
        """Return the secret of the cart that belongs to a client's public key: the same each time, on this host alone.

        Nobody can work it out from the key, which is public; what the shop stores is a hash of it.
        """
        return urlsafe_b64encode(hmac.digest(self._pepper, client_key, hashlib.sha256)).rstrip(b"=").decode()

    @property
    def fingerprint(self) -> str:
        """What a client is shown the first time."""
        return self.key.get_fingerprint()


def host_key_of(file: Path) -> HostKey:
    """Return the key in a file, made there (0600) on the first call; raise HostKeyUnsafe, FolderUnusable."""
    try:
        return HostKey(asyncssh.import_private_key(read_private(file) or _made(file)))
    except NotPrivate as error:
        raise HostKeyUnsafe(error.place, error.why) from error
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError) as error:
        raise HostKeyUnsafe(file, str(error)) from error


def _made(file: Path) -> bytes:
    """Make the key, unless another process was first, and return what is in the file then."""
    with WriteLock(make_private(file.parent) / f"{file.name}.lock"):
        if read_private(file) is None:
            replace_private(file, asyncssh.generate_private_key("ssh-ed25519").export_private_key())
        return read_private(file) or b""
