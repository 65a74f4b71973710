"""The words of people: profiles, addresses, the record of their orders, and the audit trail."""

from dataclasses import dataclass
from datetime import datetime

from msgspec import Struct

from micromart_core.caller import UserId
from micromart_core.errors import NotFound, Refused
from micromart_core.events import Event
from micromart_core.money import Money
from micromart_core.permissions import Role


class Profile(Struct, frozen=True):
    """A person as the shop knows them, keyed by issuer and subject; made on the first sign-in."""

    id: UserId
    issuer: str
    subject: str
    username: str
    name: str
    email: str | None
    disabled: bool
    created_at: datetime
    last_seen_at: datetime
    version: int


class ListedUser(Struct, frozen=True):
    """A person in a list for staff."""

    profile: Profile
    roles: tuple[Role, ...] | None
    """None when the issuer keeps them."""


class UserPage(Struct, frozen=True):
    """One page of people, in the order they came; `next` continues it, None at the end."""

    items: tuple[ListedUser, ...]
    next: str | None


class Address(Struct, frozen=True):
    """Where an order goes."""

    id: str
    name: str
    line1: str
    line2: str | None
    city: str
    region: str | None
    postcode: str
    country: str
    """ISO 3166-1 alpha-2."""
    is_default: bool

    @property
    def town(self) -> str:
        """The postcode and the town, in the order that every page and letter has them."""
        return f"{self.postcode} {self.city}".strip()

    @property
    def within_country(self) -> tuple[str, ...]:
        """Where it is, line by line but for the country, which letters name in words: street, town, region."""
        return tuple(line for line in (self.line1, self.line2, self.town, self.region) if line)

    @property
    def lines(self) -> tuple[str, ...]:
        """All of it, line by line, from whom to the country's code."""
        return (self.name, *self.within_country, self.country)


class UserOrder(Struct, frozen=True):
    """What is recorded with the user about an order, written by events."""

    order_id: str
    number: str
    status: str
    payment_status: str
    total: Money
    placed_at: datetime
    version: int


class AuditEntry(Struct, frozen=True):
    """One row of the append-only trail: who did what to whom or what, before and after."""

    id: str
    at: datetime
    actor: str
    action: str
    target: str
    before: str | None
    after: str | None
    trace_id: str


class AuditPage(Struct, frozen=True):
    """One page of the trail, newest first; `next` continues it, None at the end."""

    items: tuple[AuditEntry, ...]
    next: str | None


class UserDetails(Struct, frozen=True):
    """A person as staff see them: the profile, and the orders recorded with it, newest first."""

    profile: Profile
    roles: tuple[Role, ...] | None
    """None when the issuer keeps them."""
    orders: tuple[UserOrder, ...]


class UnknownUser(NotFound):
    """Nobody here has this name or id."""

    code = "user.unknown"

    def __init__(self, name: str) -> None:
        self.user = name
        super().__init__(
            f"There is no user {name}.",
            why="nobody who signed in here has this name",
            hint="micromart user list",
        )


class UnknownAddress(NotFound):
    """The user has no such address."""

    code = "address.unknown"

    def __init__(self, address_id: str) -> None:
        self.address = address_id
        super().__init__(
            f"You have no address {address_id}.",
            why="no address of yours has this id",
            hint="micromart address list",
        )


class AddressNeeded(Refused):
    """An order needs an address and there is none."""

    code = "checkout.address_needed"

    def __init__(self) -> None:
        super().__init__(
            "Where should it go?",
            why="an order needs an address, and you have none",
            hint="micromart address add",
        )


class TooManyAddresses(Refused):
    """A person keeps a limited number of addresses."""

    code = "address.too_many"

    def __init__(self, most: int) -> None:
        self.most = most
        super().__init__(
            f"You have {most} addresses already.",
            why="that is the most one person keeps",
            hint="micromart address remove ID",
        )


class EmailIsTheIssuers(Refused):
    """An e-mail address is verified where a person signs in, so it cannot be typed over here."""

    code = "profile.email"

    def __init__(self) -> None:
        super().__init__(
            "An e-mail address cannot be changed here.",
            why="letters go only to an address that was verified where you sign in",
            hint="change it there; the shop takes it over at your next sign-in",
        )


class NotYourself(Refused):
    """Nobody blocks himself: the last one who could undo it would be gone."""

    code = "user.yourself"

    def __init__(self) -> None:
        super().__init__(
            "You cannot disable yourself.",
            why="nobody might be left to let you in again",
            hint="ask another admin",
        )


@dataclass(frozen=True, kw_only=True)
class UserRegistered(Event, name="user.registered", key="user_id"):
    """Somebody signed in for the first time and has a profile now."""

    user_id: str
    username: str
