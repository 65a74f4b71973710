"""The ways into the shop that a verb is given: one for its person, one beside the database if that is here."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, Self, Union

from micromart_core.home import Home
from micromart_core.operation import Gateway, Operation, Params, Result
from micromart_core.settings import Settings

if TYPE_CHECKING:
    from micromart_core.adapters.remote.gateway import RemoteGateway
    from micromart_core.adapters.remote.shop import RemoteShop
    from micromart_core.bootstrap import Shop
    from micromart_core.gateway import LocalGateway

OpenShop = Union["Shop", "RemoteShop"]
"""The shop of this machine, or one elsewhere: both sign people in and out."""


class Door(Gateway, Protocol):
    """A gateway that says what was done before, and can rehearse what would be destroyed."""

    @property
    def dry_run(self) -> bool:
        """True: everything is taken back at the end."""
        ...

    def answer(
        self, operation: Operation[Params, Result], /, *args: Params.args, **kwargs: Params.kwargs
    ) -> tuple[Result, bool]:
        """Run an operation as `run` does; tell too whether it was done under this key before, and not again."""
        ...

    def rehearse(
        self, operation: Operation[Params, Result], /, *args: Params.args, **kwargs: Params.kwargs
    ) -> tuple[Result, bool]:
        """Return what an operation would answer, changing nothing, and whether it was done under this key before."""
        ...

    def under(self, *, idempotency_key: str | None = None, dry_run: bool = False) -> Self:
        """Return the same door for one intent."""
        ...


class Doors(Protocol):
    """Where gateways come from; tests bring their own."""

    @property
    def shop(self) -> OpenShop:
        """The open shop, for the few verbs that need more than operations (auth, user)."""
        ...

    @property
    def shop_here(self) -> "Shop":
        """The open shop of this machine (db, job, doctor); raise BesideTheDatabase where it is elsewhere."""
        ...

    def person(self) -> Door:
        """Return the door of whoever this home belongs to: signed in, or a guest with a cart."""
        ...

    def operator(self) -> Door:
        """Return the door beside the database; raise BesideTheDatabase where there is none."""
        ...

    def send_mail(self) -> None:
        """Send waiting letters for a moment."""
        ...

    def close(self) -> None:
        """Give back what was opened."""
        ...


class HomeDoors:
    """The doors of the shop that the settings name, opened when first needed."""

    def __init__(self, home: Home, settings: Callable[[], Settings], say: Callable[[str], None]) -> None:
        self._home, self._settings, self._say = home, settings, say
        self._shop: Shop | None = None

    @property
    def shop(self) -> "Shop":
        """The open shop; an embedded one is made when there is none, and the person is told."""
        if self._shop is None:
            from micromart_core.bootstrap import open_ready_shop

            self._shop = open_ready_shop(self._settings(), self._home.data, self._say)
        return self._shop

    @property
    def shop_here(self) -> "Shop":
        """The open shop, which is that of this machine."""
        return self.shop

    def person(self) -> "LocalGateway":
        """Return the door of whoever this home belongs to."""
        return self.shop.gateway(self.shop.identity_of(self._home), self.shop.credentials_of(self._home))

    def operator(self) -> "LocalGateway":
        """Return the door beside the database."""
        return self.shop.operator()

    def send_mail(self) -> None:
        """Send waiting letters, if a shop was opened at all and no daemon does it."""
        if self._shop is not None:
            self._shop.send_mail_along()

    def close(self) -> None:
        """Close the shop, if it was opened."""
        if self._shop is not None:
            self._shop.close()
            self._shop = None


class RemoteDoors:
    """The door of a shop elsewhere; there is none beside its database."""

    def __init__(self, url: str, home: Home, settings: Settings) -> None:
        from micromart_core.bootstrap_remote import open_remote_shop

        self._url, self.shop = url, open_remote_shop(url, home, settings)

    @property
    def shop_here(self) -> "Shop":
        """Raise BesideTheDatabase."""
        from micromart_core.bootstrap_remote import beside_the_database

        raise beside_the_database("This", self._url)

    def person(self) -> "RemoteGateway":
        """Return the door of whoever this home belongs to, at that shop."""
        return self.shop.person()

    def operator(self) -> "LocalGateway":
        """Raise BesideTheDatabase."""
        return self.shop_here.operator()

    def send_mail(self) -> None:
        """Letters are that shop's own work."""

    def close(self) -> None:
        """Give the connections back."""
        self.shop.close()
