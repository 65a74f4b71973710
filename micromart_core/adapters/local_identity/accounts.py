"""What a front end does for a person with a local account: the slow hashes lie between small operations."""

from micromart_core.adapters.accounts import SignedIn
from micromart_core.adapters.local_identity import operations
from micromart_core.adapters.local_identity.allowed import refuse_unless_allowed
from micromart_core.authentication import throttling
from micromart_core.authentication.model import (
    Account,
    Attempt,
    DeadCode,
    Paused,
    Pending,
    Purpose,
    WrongPassword,
)
from micromart_core.authentication.names import clean_email, clean_username
from micromart_core.authentication.passwords import refuse_weak
from micromart_core.authentication.secrets import hash_code, hash_secret, new_code
from micromart_core.gateway import LocalGateway
from micromart_core.ids import new_secret

FREE_BY_NAME, FREE_BY_SOURCE, FREE_LETTERS, FREE_LETTERS_BY_SOURCE, FREE_CODES = 5, 20, 5, 50, 10
"""Tries that bring no pause: at one name, from one source; letters to one address, for one source; codes from one."""


class LocalAccounts:
    """Registers, signs in, signs out and recovers; `gateway` runs its operations for the shop itself."""

    def __init__(self, gateway: LocalGateway) -> None:
        refuse_unless_allowed(gateway.settings)
        self._gateway = gateway

    def register(self, username: str, email: str, password: str, source: str) -> None:
        """Send a code to the address, whether or not the name or the address is taken.

        Raise InvalidValue for what cannot be a name or address, WeakPassword, Paused.
        """
        from micromart_core.adapters.local_identity.hashing import hash_password

        username, email = clean_username(username), clean_email(email)
        refuse_weak(password, username, email)
        self._claim_letter(email, source)
        pending = Pending(username, email, hash_password(password))
        code = new_code()
        self._gateway.run(operations.keep_registration, pending, code, hash_code(code))

    def verify(self, code: str, source: str) -> str:
        """Make the account a code was sent for and return its name, signed out; raise DeadCode, AlreadyTaken."""
        tried = throttling.attempt("code by source", source, FREE_CODES)
        self._claim(tried)
        verified = self._gateway.run(operations.verify_code, hash_code(code), tried)
        if verified is None:
            raise DeadCode(Purpose.VERIFY)
        return verified

    def sign_in(
        self, username: str, password: str, source: str, *, cart_secret: str | None = None, in_checkout: bool = False
    ) -> SignedIn:
        """Open a session, and make the anonymous cart the person's; the front end throws the old cart secret away.

        Raise WrongPassword, Paused, or UserDisabled (told only to who knows the password).
        """
        attempts = _sign_in_attempts(username, source)
        self._claim(*attempts)
        account = self._gateway.run(operations.find_account, username)
        right = _is_right(password, account)
        if account is None or not right:
            known = account.username if account else None
            self._gateway.run(operations.note_failure, known, source)
            raise WrongPassword
        token = new_secret()
        cart_key = hash_secret(cart_secret) if cart_secret else None
        profile = self._gateway.run(
            operations.enter,
            account.id,
            account.password_hash,
            hash_secret(token),
            attempts,
            source,
            cart_key,
            in_checkout,
        )
        return SignedIn(profile, token)

    def sign_out(self, token: str) -> bool:
        """End a session in the database; False when it had ended before."""
        return self._gateway.run(operations.leave, hash_secret(token))

    def recover(self, email: str, source: str) -> None:
        """Send a code to the address if it has an account; nothing tells whether it has. Raise InvalidValue, Paused."""
        email = clean_email(email)
        self._claim_letter(email, source)
        code = new_code()
        self._gateway.run(operations.keep_recovery, email, code, hash_code(code), source)

    def recover_with(self, code: str, password: str, source: str) -> str:
        """Set a new password, return the user name; all sessions and older codes die. Raise DeadCode, WeakPassword."""
        from micromart_core.adapters.local_identity.hashing import hash_password

        tried = throttling.attempt("code by source", source, FREE_CODES)
        self._claim(tried)
        account = self._gateway.run(operations.find_recovery, hash_code(code))
        if account is None:
            raise DeadCode(Purpose.RECOVER)
        refuse_weak(password, account.username, account.email)
        attempts = (_by_name(account.username), tried)
        changed = self._gateway.run(operations.change_password, hash_code(code), hash_password(password), attempts)
        if changed is None:
            raise DeadCode(Purpose.RECOVER)
        return changed

    def _claim_letter(self, email: str, source: str) -> None:
        self._claim(
            throttling.attempt("letter by address", email, FREE_LETTERS),
            throttling.attempt("letter by source", source, FREE_LETTERS_BY_SOURCE),
        )

    def _claim(self, *attempts: Attempt) -> None:
        seconds = self._gateway.run(operations.claim_attempt, attempts)
        if seconds:
            raise Paused(seconds)


def _sign_in_attempts(username: str, source: str) -> tuple[Attempt, Attempt]:
    return _by_name(username), throttling.attempt("sign in by source", source, FREE_BY_SOURCE)


def _by_name(username: str) -> Attempt:
    return throttling.attempt("sign in by name", username, FREE_BY_NAME)


def _is_right(password: str, account: Account | None) -> bool:
    """Compare a password, with nobody's when there is no account: both take as long."""
    from micromart_core.adapters.local_identity.hashing import NOBODYS, is_right

    return is_right(password, account.password_hash if account else NOBODYS)
