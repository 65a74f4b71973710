"""The words of signing in with local accounts: accounts, sessions, codes, clients, and how they refuse."""

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from micromart_core.caller import Caller
from micromart_core.errors import NotFound, Refused, SignInFirst, TryAgain
from micromart_core.permissions import Permission, Role
from micromart_core.reticent import Reticent, Unshown


class Purpose(StrEnum):
    """What a mailed code is for."""

    VERIFY = "verify"
    RECOVER = "recover"


CODE_LIVES = {Purpose.VERIFY: timedelta(minutes=15), Purpose.RECOVER: timedelta(minutes=5)}
SESSION_LIVES = timedelta(days=30)
CLIENT_SESSION_LIVES = timedelta(minutes=5)
STAFF_SIGN_IN_LIVES = timedelta(hours=12)
"""How fresh a sign-in must be for permissions that only staff have."""


class Account(Reticent, Struct, frozen=True):
    """A local account: its id is the subject this shop's own issuer names."""

    id: str
    username: str
    email: str
    """Verified: the account was made by whoever could read a letter sent there."""
    password_hash: Unshown[str]


class Pending(Reticent, Struct, frozen=True):
    """A registration that waits for its code; it reserves no name."""

    username: str
    email: str
    password_hash: Unshown[str]


class Attempt(Struct, frozen=True):
    """One try at something that may be guessed, counted under a key that names nobody."""

    key: str
    free: int
    """How many tries bring no pause."""


class Session(Struct, frozen=True):
    """Who is signed in, as a person may see it; never a token."""

    signed_in: bool
    user: str | None
    email: str | None
    permissions: tuple[Permission, ...]
    issuer: str | None
    expires_at: datetime | None
    token_store: str | None
    """Where the front end keeps its secret; None when it keeps none."""


SIGNED_OUT = Session(
    signed_in=False, user=None, email=None, permissions=(), issuer=None, expires_at=None, token_store=None
)
"""What is told once nobody is signed in."""


def session_of(caller: Caller) -> Session:
    """Return a caller as he may see himself; where he signed in, until when and by what, others add."""
    return Session(
        signed_in=caller.signed_in,
        user=caller.actor if caller.signed_in else None,
        email=caller.email,
        permissions=tuple(sorted(caller.permissions)),
        issuer=None,
        expires_at=None,
        token_store=None,
    )


A_GUEST = session_of(Caller("guest"))
"""What is told of whoever never signed in: a guest may keep a cart."""


class UserRoles(Struct, frozen=True):
    """A user and the roles he has now."""

    user: str
    roles: tuple[Role, ...]


class AutomationClient(Struct, frozen=True):
    """A script that signs in by itself."""

    name: str
    created_by: str
    created_at: datetime


class WrongPassword(SignInFirst):
    """The user name or the password is wrong; which of them is not told."""

    code = "sign_in.wrong"

    def __init__(self) -> None:
        super().__init__(
            "The user name or the password is wrong.",
            why="no account has this pair",
            hint="micromart auth login, or micromart auth recover --email YOU@EXAMPLE.COM",
        )


class WrongClient(SignInFirst):
    """The automation client's name or secret is wrong; which of them is not told."""

    code = "sign_in.wrong_client"

    def __init__(self) -> None:
        super().__init__(
            "The automation client's name or secret is wrong.",
            why="no client has this pair",
            hint="micromart user automation list",
        )


class SessionEnded(SignInFirst):
    """The session is unknown or over."""

    code = "sign_in.ended"

    def __init__(self) -> None:
        super().__init__(
            "Your session has ended.",
            why="it ends after 30 days, with a new password, at sign-out, and when the shop was restored or moved",
            hint="micromart auth login, or micromart auth logout to go on as a guest",
        )


class Paused(TryAgain):
    """Too many tries; the next one is heard after a pause."""

    code = "sign_in.paused"

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(
            "That was tried too often.", why="a pause protects every account", hint=f"try again in {seconds} seconds"
        )


class WeakPassword(Refused):
    """The password would be guessed."""

    code = "password.weak"

    def __init__(self, why: str) -> None:
        super().__init__("This password is too weak.", why=why, hint="take several words that only you put together")


class DeadCode(Refused):
    """The code is wrong, used, too old, or a newer one took its place."""

    code = "code.dead"

    def __init__(self, purpose: Purpose) -> None:
        minutes = CODE_LIVES[purpose].seconds // 60
        again = "auth register" if purpose is Purpose.VERIFY else "auth recover --email YOU@EXAMPLE.COM"
        super().__init__(
            "This code does not work.",
            why=f"a code works once, for {minutes} minutes, until a newer one is sent",
            hint=f"micromart {again}",
        )


class AlreadyTaken(Refused):
    """Somebody has this user name or e-mail address; said only to who could read the letter."""

    code = "account.taken"

    def __init__(self) -> None:
        super().__init__(
            "This user name or e-mail address has an account already.",
            why="each name and each address belongs to one account",
            hint="micromart auth recover, or micromart auth register with another name",
        )


class UnknownAccount(NotFound):
    """No local account has this name."""

    code = "account.unknown"

    def __init__(self, name: str) -> None:
        self.user = name
        super().__init__(
            f"There is no account {name}.",
            why="an account exists after auth register and auth verify",
            hint="micromart user list",
        )


class UnknownClient(NotFound):
    """No automation client has this name."""

    code = "client.unknown"

    def __init__(self, name: str) -> None:
        self.client = name
        super().__init__(
            f"There is no automation client {name}.",
            why="no client has this name",
            hint="micromart user automation list",
        )


class ClientExists(Refused):
    """An automation client has this name."""

    code = "client.exists"

    def __init__(self, name: str) -> None:
        self.client = name
        super().__init__(
            f"There is an automation client {name} already.",
            why="a name belongs to one client",
            hint=f"micromart user automation remove {name}",
        )


class AdminExists(Refused):
    """The first admin is made once."""

    code = "admin.exists"

    def __init__(self) -> None:
        super().__init__(
            "This shop has had its first admin.",
            why="the first one is made once, later ones by an admin",
            hint="micromart user grant USER admin",
        )


class LastAdmin(Refused):
    """Without this admin nobody could grant a role again."""

    code = "admin.last"

    def __init__(self) -> None:
        super().__init__(
            "This is the last admin.",
            why="nobody else could grant roles any more",
            hint="micromart user grant OTHER admin, then revoke this one",
        )


class OnlyForClients(Refused):
    """The role is no person's."""

    code = "role.for_clients"

    def __init__(self, role: Role) -> None:
        self.role = role
        super().__init__(
            f"No person has the role {role}.",
            why="it is what automation clients may do",
            hint="micromart user automation create NAME --secret-file FILE",
        )
