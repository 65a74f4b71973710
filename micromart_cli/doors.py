"""The ways into the shop that a verb is given: one for this home's person, one beside the database."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from micromart_core.home import Home
from micromart_core.settings import Settings

if TYPE_CHECKING:
    from micromart_core.bootstrap import Shop
    from micromart_core.gateway import LocalGateway


class Doors(Protocol):
    """Where gateways come from; tests bring their own."""

    @property
    def shop(self) -> "Shop":
        """The open shop, for the few verbs that need more than operations (auth, db, doctor)."""
        ...

    def person(self) -> "LocalGateway":
        """Return the door of whoever this home belongs to: signed in, or a guest with a cart."""
        ...

    def operator(self) -> "LocalGateway":
        """Return the door beside the database."""
        ...

    def send_mail(self, budget_seconds: float) -> None:
        """Send waiting letters, beginning none after the budget."""
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

    def person(self) -> "LocalGateway":
        """Return the door of whoever this home belongs to."""
        return self.shop.gateway(self.shop.identity_of(self._home), self.shop.credentials_of(self._home))

    def operator(self) -> "LocalGateway":
        """Return the door beside the database."""
        return self.shop.operator()

    def send_mail(self, budget_seconds: float) -> None:
        """Send waiting letters, if a shop was opened at all and no daemon does it."""
        if self._shop is not None:
            self._shop.send_mail_along(budget_seconds)

    def close(self) -> None:
        """Close the shop, if it was opened."""
        if self._shop is not None:
            self._shop.close()
            self._shop = None
