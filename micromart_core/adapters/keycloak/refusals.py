"""How signing in at an issuer fails, a sentence each."""

from micromart_core.errors import InvalidValue, MicroMartError, NotFound, Refused, SignInFirst, TryAgain, Unavailable
from micromart_core.permissions import Role

_AGAIN = "micromart auth login"


class IssuerUnreachable(Unavailable):
    """The issuer did not answer; `was_sent` tells whether it may have acted on what it was asked."""

    code = "identity.unreachable"

    def __init__(self, host: str, why: str, *, was_sent: bool) -> None:
        self.host, self.was_sent = host, was_sent
        super().__init__(f"The sign-in server {host} does not answer.", why=why, hint="micromart doctor")


class IssuerMisbehaves(Unavailable):
    """The issuer answered with something that must not be believed."""

    code = "identity.misbehaves"

    def __init__(self, host: str, why: str) -> None:
        self.host = host
        super().__init__(f"The sign-in server {host} cannot be trusted now.", why=why, hint="see identity.issuer")


class IssuerRefuses(MicroMartError):
    """The issuer does not let this client do what it asked."""

    code = "identity.refuses"

    def __init__(self, error: str, why: str) -> None:
        self.error = error
        super().__init__(
            "The sign-in server refuses this shop.",
            why=why,
            hint="see the clients and secrets in identity.* and in the realm",
        )


class IssuerBusy(TryAgain):
    """The issuer asks to be left alone for a while."""

    code = "identity.busy"

    def __init__(self, host: str) -> None:
        self.host = host
        super().__init__(
            f"The sign-in server {host} is busy.", why="it was asked too often", hint="try again in a minute"
        )


class TokenRefused(SignInFirst):
    """An access token proves nothing."""

    code = "identity.token_refused"

    def __init__(self, why: str) -> None:
        super().__init__("This sign-in is not valid here.", why=why, hint=_AGAIN)


class TokenExpired(SignInFirst):
    """An access token was good once."""

    code = "identity.token_expired"

    def __init__(self) -> None:
        super().__init__("This sign-in has expired.", why="its time is over", hint=_AGAIN)


class ClockSkewed(SignInFirst):
    """The issuer's clock and this one differ by more than is let pass."""

    code = "identity.clock_skew"

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(
            f"This computer's clock is {seconds} seconds behind that of the sign-in server.",
            why="a token that was just made is not valid here yet",
            hint="set the clock (timedatectl set-ntp true), then try again",
        )


class ClockAhead(SignInFirst):
    """A token that was just made is over here: this host's clock runs ahead of the issuer's."""

    code = "identity.clock_ahead"

    def __init__(self) -> None:
        super().__init__(
            "This computer's clock is ahead of that of the sign-in server.",
            why="a token that was just made is over here already",
            hint="set the clock (timedatectl set-ntp true), then try again",
        )


class SignInDenied(SignInFirst):
    """Somebody said no on the issuer's page."""

    code = "identity.denied"

    def __init__(self) -> None:
        super().__init__("Signing in was denied.", why="somebody chose No on the sign-in page", hint=_AGAIN)


class CodeExpired(SignInFirst):
    """Nobody approved in time."""

    code = "identity.code_expired"

    def __init__(self) -> None:
        super().__init__("The code has expired.", why="nobody approved it in time", hint=_AGAIN)


class CodeDead(SignInFirst):
    """The issuer does not know the code any more: it was used, or taken back."""

    code = "identity.code_dead"

    def __init__(self) -> None:
        super().__init__("The code works no more.", why="it was used already, or the server forgot it", hint=_AGAIN)


class SignInCancelled(SignInFirst):
    """Who began to sign in gave up."""

    code = "identity.cancelled"

    def __init__(self) -> None:
        super().__init__("Signing in was cancelled.", why="you ended it here", hint=_AGAIN)


class SignInOver(SignInFirst):
    """A refresh token is dead, and the whole session with it."""

    code = "identity.over"

    def __init__(self) -> None:
        super().__init__(
            "Your sign-in has ended.", why="it was ended at the server, used twice, or is too old", hint=_AGAIN
        )


class SignInLost(SignInFirst):
    """A refresh was sent and its answer never came: the old token may be used up, and using it again kills all."""

    code = "identity.lost"

    def __init__(self) -> None:
        super().__init__(
            "Your sign-in was lost on the way.", why="the server was cut off while it renewed it", hint=_AGAIN
        )


class WrongClientSecret(SignInFirst):
    """The issuer knows no client of this name with this secret."""

    code = "identity.wrong_client"

    def __init__(self, client_id: str) -> None:
        self.client_id = client_id
        super().__init__(
            f"The sign-in server does not let the client {client_id} in.",
            why="the name or the secret is wrong",
            hint="see its secret in the realm and in the settings",
        )


class StaffNotServed(InvalidValue):
    """This host has no secret by which it could ask what staff may do now."""

    code = "identity.staff_not_served"

    def __init__(self) -> None:
        super().__init__(
            "Staff cannot change anything from this host.",
            why="what they may do now is asked at the sign-in server, and identity.core_client_secret is not set",
            hint="set MICROMART_IDENTITY__CORE_CLIENT_SECRET_FILE, or work on a host that has it",
        )


class GrantedAtIssuer(Refused):
    """The shop hands out three staff roles; all others are the issuer's own business."""

    code = "identity.granted_there"

    def __init__(self, role: Role, host: str) -> None:
        self.role = role
        super().__init__(
            f"The role {role} is given and taken at {host} itself.",
            why="this shop may hand out only the roles of staff that lead no further",
            hint=f"open the administration of {host}",
        )


class KeptAtIssuer(Refused):
    """Scripts and the first admin are made in the realm."""

    code = "identity.kept_there"

    def __init__(self, host: str) -> None:
        super().__init__(
            f"This is kept at {host}.",
            why="the people and scripts of this shop sign in there",
            hint=f"open the administration of {host}",
        )


class NoLongerAtIssuer(NotFound):
    """A person signed in here once, and the issuer does not know them any more."""

    code = "identity.no_such_person"

    def __init__(self, user: str) -> None:
        self.user = user
        super().__init__(
            f"The sign-in server does not know {user}.",
            why="the account was deleted there, or is of another issuer",
            hint="micromart user list",
        )


class KeyringSilent(Unavailable):
    """The keyring of the operating system does not give what it holds."""

    code = "identity.keyring_silent"

    def __init__(self) -> None:
        super().__init__(
            "The keyring of this computer does not answer.",
            why="the key of your sign-in lies there, and it is locked or not running",
            hint="unlock it, or sign in anew: micromart auth login",
        )


class NotWelcomedYet(SignInFirst):
    """The token is good, and this shop's database has never seen its person: it was restored, or is another."""

    code = "identity.not_welcomed"

    def __init__(self) -> None:
        super().__init__("This shop does not know you yet.", why="you have no profile here", hint=_AGAIN)


class RenewalWaited(TryAgain):
    """Another thread of this process signs in or renews, and does not end it."""

    code = "identity.turn_never_came"

    def __init__(self, seconds: float) -> None:
        super().__init__(
            "The sign-in is busy.",
            why=f"another thread of this process has been at it for {seconds:g} s",
            hint="try again in a moment",
        )
