"""What a person's home, or a script's settings, let a front end say of who is calling."""

from collections.abc import Callable

from micromart_core.adapters.session_store import SessionStore
from micromart_core.cart_secret import CartSecret, cart_secret_of
from micromart_core.clock import stopwatch
from micromart_core.errors import InvalidValue, SignInFirst, Unavailable
from micromart_core.home import Home, path_of
from micromart_core.identity import Credentials
from micromart_core.settings import AutomationSettings
from micromart_core.settings_files import UnusableFile, read_value

RENEWED_AFTER_SECONDS = 240.0
"""The session of an automation client lives five minutes."""


def credentials_of_home(home: Home) -> Credentials:
    """Return the session of a home, else the secret of its anonymous cart; raise SessionUnsafe or SecretUnsafe."""
    session = SessionStore(home).load()
    return Credentials(token=session.token) if session else Credentials(cart_secret=cart_secret_of(home))


def credentials_of_sign_in(cart: CartSecret, access_token: Callable[[], str | None]) -> Credentials:
    """Return the access token of a sign-in, or why there is none, else the secret of the anonymous cart."""
    try:
        token = access_token()
    except (SignInFirst, Unavailable) as trouble:
        return Credentials(trouble=trouble)
    return Credentials(token=token) if token else Credentials(cart_secret=cart.load())


class ClientCredentials:
    """Signs a script in by itself, again before its session ends; nothing is stored."""

    def __init__(self, settings: AutomationSettings, sign_in: Callable[[str, str], str]) -> None:
        self._settings, self._sign_in = settings, sign_in
        self._token, self._asked_at = "", 0.0

    def __call__(self) -> Credentials:
        """Return the client's token, asking for it when there is none or it is old; raise what the sign-in refuses."""
        if not self._token or stopwatch() - self._asked_at > RENEWED_AFTER_SECONDS:
            self._token = self._sign_in(self._settings.client_id, secret_of(self._settings))
            self._asked_at = stopwatch()
        return Credentials(token=self._token)


def secret_of(settings: AutomationSettings) -> str:
    """Return the secret of the automation client, from the settings or the file they name; raise InvalidValue."""
    if settings.client_secret:
        return settings.client_secret
    if not settings.secret_file:
        raise InvalidValue(
            f"The client {settings.client_id} has no secret.",
            why="automation.client_id is set, automation.client_secret and automation.secret_file are not",
            hint="set MICROMART_AUTOMATION__SECRET_FILE",
        )
    try:
        return read_value(path_of(settings.secret_file)).strip()
    except UnusableFile as error:
        raise InvalidValue(
            f"{settings.secret_file} cannot be used.", why=str(error), hint="see automation.secret_file and who owns it"
        ) from error
