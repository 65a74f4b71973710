"""The words of letters: a mail, where it stands, and how it refuses."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from micromart_core.errors import NotFound, Refused
from micromart_core.events import Event
from micromart_core.reticent import Reticent, Unshown


class MailStatus(StrEnum):
    """Where a letter stands."""

    QUEUED = "queued"
    SENT = "sent"
    DEAD = "dead"


class Template(StrEnum):
    """The letters this shop writes."""

    ORDER_CONFIRMATION = "order-confirmation"
    ORDER_SHIPPED = "order-shipped"
    ORDER_CANCELLED = "order-cancelled"
    ORDER_RETURNED = "order-returned"
    ORDER_REFUNDED = "order-refunded"
    CART_EXPIRED = "cart-expired"
    LINES_RELEASED = "lines-released"
    LOW_STOCK = "low-stock"
    VERIFICATION = "verification"
    RECOVERY = "recovery"
    MAIL_DEAD = "mail-dead"
    DEAD_LETTER = "dead-letter"


class Mail(Struct, frozen=True):
    """A letter in the history; never its text, which may hold a code."""

    id: str
    to: str
    subject: str
    template: Template
    order: str | None
    status: MailStatus
    attempts: int
    queued_at: datetime
    sent_at: datetime | None
    last_error: str | None


class MailPage(Struct, frozen=True):
    """One page of the history, newest first; `next` continues it, None at the end."""

    items: tuple[Mail, ...]
    next: str | None


class MailWithText(Reticent, Mail, frozen=True):
    """A letter in the history with what it says, for staff."""

    message_id: str
    next_attempt_at: datetime | None
    text: Unshown[str]
    html: Unshown[str]


class Waiting(Struct, frozen=True):
    """What has not left: how many letters wait and since when, and how many were given up."""

    queued: int
    oldest_at: datetime | None
    dead: int


class NewMail(Struct, frozen=True):
    """A letter on its way into the queue: whom it goes to and what it is about."""

    id: str
    message_id: str
    to: str
    template: Template
    order_id: str | None
    user_id: str | None


class Written(Reticent, Struct, frozen=True):
    """The words of a letter, before it has an id."""

    subject: str
    text: Unshown[str]
    html: Unshown[str]


class SecretCode(Reticent, Struct, frozen=True):
    """A code that belongs into one letter only: the history shows dots where it stands, and forgets it in time."""

    code: Unshown[str]
    until: datetime


class Letter(Reticent, Struct, frozen=True):
    """A letter ready to leave: the same `message_id` on every try."""

    message_id: str
    sender: str
    to: str
    subject: str
    text: Unshown[str]
    html: Unshown[str]
    sent_at: datetime


class ClaimedLetter(Struct, frozen=True):
    """A letter that one sender has taken for a while; `attempt` counts the tries, this one included."""

    mail_id: str
    attempt: int
    letter: Letter
    trace_id: str
    """The intent it was written for."""


class Delivery(Struct, frozen=True):
    """What became of the letters that were due."""

    sent: int = 0
    delayed: int = 0
    dead: int = 0

    @property
    def count(self) -> int:
        """How many letters were tried."""
        return self.sent + self.delayed + self.dead


class MailRefused(Exception):  # told by the adapter, seen by the sender only
    """The mail server refused for good (5xx): another try is pointless."""


class MailDelayed(Exception):  # told by the adapter, seen by the sender only
    """The mail server could not take it now (4xx, no connection, timeout): try later."""


class MailPort(Protocol):
    """The way letters leave."""

    def send(self, letter: Letter) -> None:
        """Hand a letter over, or raise MailRefused or MailDelayed."""
        ...

    def close(self) -> None:
        """Let go of the connection, if one was kept."""
        ...


class UnknownMail(NotFound):
    """No letter has this id."""

    code = "mail.unknown"

    def __init__(self, mail_id: str) -> None:
        self.mail = mail_id
        super().__init__(f"There is no letter {mail_id}.", why="no letter has this id", hint="micromart mail list")


class MailHoldsCode(Refused):
    """The letter carries a code, which is for its reader alone."""

    code = "mail.holds_code"

    def __init__(self, mail_id: str) -> None:
        self.mail = mail_id
        super().__init__(
            "This letter carries a code; nobody but its reader may see it or have it sent.",
            why="whoever reads such a code can take over the account",
            hint="its reader asks for a new one: micromart auth register, or auth recover",
        )


@dataclass(frozen=True, kw_only=True)
class MailDead(Event, name="mail.dead", key="mail_id"):
    """A letter was given up."""

    mail_id: str
    to: str
    subject: str
    template: str
    error: str
