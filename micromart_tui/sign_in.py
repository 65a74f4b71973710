"""What a screen needs to sign somebody in and out; where the accounts are, only the one behind this port knows."""

from typing import Protocol

from msgspec import Struct

from micromart_core.authentication.model import Session


class Entered(Struct, frozen=True):
    """Somebody is signed in; `replaced` names whoever was before, empty for nobody."""

    session: Session
    replaced: str


class LinkCode(Struct, frozen=True):
    """What a person approves elsewhere; the secret that belongs to it stays behind the door."""

    link: str
    page: str
    """The address without the code."""
    user_code: str
    seconds: int


class Cancelled(Protocol):
    """Tells that a person gave up; threading.Event is one."""

    def wait(self, timeout: float) -> bool:
        """Wait so many seconds; True at once when cancelled."""
        ...


class LocalDoor(Protocol):
    """Accounts of the shop's own."""

    def sign_in(self, username: str, password: str, *, in_checkout: bool) -> Entered:
        """Sign in with a password; raise WrongPassword, Paused or UserDisabled."""
        ...

    def register(self, username: str, email: str, password: str) -> str | None:
        """Send a code; return it where the letter lies with this person, None where it went out."""
        ...

    def verify(self, code: str) -> str:
        """Make the account and return its name; raise DeadCode or AlreadyTaken."""
        ...

    def recover(self, email: str) -> None:
        """Send a code, if somebody has this address."""
        ...

    def reset(self, code: str, password: str) -> str:
        """Set a new password and return whose it is; raise DeadCode or WeakPassword."""
        ...


class IssuerDoor(Protocol):
    """Accounts of a server that has its own page for everything."""

    def begin(self) -> LinkCode:
        """Ask for a code to show."""
        ...

    def seconds_left(self, code: LinkCode) -> float:
        """Return how long a code still works."""
        ...

    def wait(self, code: LinkCode, cancelled: Cancelled, *, in_checkout: bool) -> Entered:
        """Wait until somebody approved; raise SignInDenied, CodeExpired, CodeDead or SignInCancelled."""
        ...


class SignIn(Protocol):
    """Who sits at this terminal; all of it may wait for disks and servers, so it is called in threads."""

    @property
    def local(self) -> LocalDoor | None:
        """The way in where accounts are the shop's own."""
        ...

    @property
    def issuer(self) -> IssuerDoor | None:
        """The way in where they are not."""
        ...

    @property
    def keeps_letters(self) -> bool:
        """True when letters stay on this machine, with its owner."""
        ...

    def status(self) -> Session:
        """Return who is signed in."""
        ...

    def sign_out(self) -> tuple[str, bool] | None:
        """Return who was signed out, and whether the session ended at its source too; None for nobody."""
        ...

    def send_letters(self) -> None:
        """Send letters that wait, where no daemon does; what cannot leave waits on, and raises nothing."""
        ...
