"""Where the key that renews a sign-in lies: in the keyring of the operating system, or in the home's own file."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import import_module
from threading import Thread
from typing import TYPE_CHECKING, Protocol, TypeVar

from micromart_core.adapters.keycloak.refusals import KeyringSilent

if TYPE_CHECKING:  # it takes as long as a whole verb, and is needed once in five minutes
    from keyring.backend import KeyringBackend

Found = TypeVar("Found")
PATIENCE = 2.0
"""Seconds; a keyring that waits for somebody to unlock it is as good as none."""
_SERVICE = "micromart"
_TRUSTED = (
    ("keyring.backends.SecretService", "Keyring"),
    ("keyring.backends.libsecret", "Keyring"),
    ("keyring.backends.kwallet", "DBusKeyring"),
    ("keyring.backends.macOS", "Keyring"),
)
"""By name, and no plug-in besides: keyrings.alt would take the key, and write it in clear where anybody looks first."""


class Vault(Protocol):
    """Keeps one secret for each account; in the file, where there is nothing better."""

    def keep(self, account: str, secret: str) -> bool:
        """Put a secret away; False where that cannot be done."""
        ...

    def fetch(self, account: str) -> str | None:
        """Return a secret, None for one that is not there; raise KeyringSilent."""
        ...

    def forget(self, account: str) -> None:
        """Throw a secret away, if it can be done."""
        ...


class NoVault:
    """Takes nothing: the file keeps all."""

    def keep(self, account: str, secret: str) -> bool:  # noqa: ARG002  # the protocol's
        """Refuse."""
        return False

    def fetch(self, account: str) -> str | None:  # noqa: ARG002  # the protocol's
        """There is nothing here."""
        return None

    def forget(self, account: str) -> None:
        """There is nothing here."""


class OsKeyring:
    """The keyring of whoever is at this computer; everything it does has an end after two seconds."""

    def __init__(self, backends: "Callable[[], Iterator[KeyringBackend]] | None" = None) -> None:
        self._backends = backends or _trusted

    def keep(self, account: str, secret: str) -> bool:
        """Put a secret away and read it back; False where no trusted keyring does both in time."""

        def put() -> bool:
            backend = next(self._backends())
            backend.set_password(_SERVICE, account, secret)
            return backend.get_password(_SERVICE, account) == secret

        try:
            return _in_time(put)
        except KeyringSilent:
            return False

    def fetch(self, account: str) -> str | None:
        """Return a secret, None for one that is not there; raise KeyringSilent."""
        return _in_time(lambda: next(self._backends()).get_password(_SERVICE, account))

    def forget(self, account: str) -> None:
        """Throw a secret away, if it can be done: the issuer has ended what it was good for."""
        with suppress(KeyringSilent):
            _in_time(lambda: next(self._backends()).delete_password(_SERVICE, account))


def _trusted() -> "Iterator[KeyringBackend]":
    """Yield the keyrings that work here, the best known first."""
    for module, name in _TRUSTED:
        with suppress(ImportError):
            backend = getattr(import_module(module), name)
            if backend.viable:
                yield backend()


def _in_time(work: Callable[[], Found]) -> Found:
    """Return what the work returns; raise KeyringSilent when it fails or takes too long, and leave it behind."""
    done: list[Found] = []

    def run() -> None:
        with suppress(Exception):  # whatever D-Bus and its services throw, the keyring has not answered
            done.append(work())

    worker = Thread(target=run, daemon=True)
    worker.start()
    worker.join(PATIENCE)
    if not done:
        raise KeyringSilent
    return done[0]
