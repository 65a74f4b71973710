"""micromart auth: sign in and out, register, recover."""

from typing import Annotated

import typer
from msgspec import Struct

from micromart_cli.asking import answer_of, new_password_of, password_of, word_of
from micromart_cli.letter_box import code_sent_to
from micromart_cli.options import noun_app
from micromart_cli.session import Session, session_of
from micromart_core.authentication.model import CODE_LIVES, SIGNED_OUT, Purpose
from micromart_core.errors import InvalidValue
from micromart_core.home import this_source

app = noun_app("Sign in and out, register, recover a lost password.")
_Username = Annotated[str | None, typer.Option("--username", metavar="U", help="The user name.")]
_Email = Annotated[str | None, typer.Option("--email", metavar="E", help="The e-mail address.")]
_PasswordStdin = Annotated[bool, typer.Option("--password-stdin", help="Read the password from one line of stdin.")]
_Staff = Annotated[
    bool, typer.Option("--staff", help="With an issuer: show its address without the code, which is typed there.")
]
_SessionOnly = Annotated[
    bool, typer.Option("--session", help="With an issuer: a sign-in that ends when it is idle, instead of 30 days.")
]
_COLUMNS = ("signed_in", "user", "email", "issuer", "expires_at", "token_store")


class CodeSent(Struct, frozen=True):
    """A letter with a code is on its way, if there is anybody to write to."""

    purpose: Purpose
    email: str
    valid_minutes: int


class AccountReady(Struct, frozen=True):
    """An account that can sign in now."""

    user: str


@app.command()
def login(
    context: typer.Context,
    *,
    username: _Username = None,
    password_stdin: _PasswordStdin = False,
    staff: _Staff = False,
    session_only: _SessionOnly = False,
) -> None:
    """Sign in anew, in place of whoever is signed in; what is in the cart comes along."""
    session = session_of(context)
    _refuse_beside_script(session)
    if session.shop.settings.identity.issuer:
        _refuse_local_options(session, given=username is not None or password_stdin)
        _at_issuer(session, staff=staff, session_only=session_only)
        return
    if staff or session_only:
        raise InvalidValue(
            "--staff and --session are for a shop with an issuer.",
            why="this shop has local accounts",
            hint="micromart auth login --username U",
        )
    home = session.shop.sign_in_of(session.home)
    name = word_of(session, username, "--username", "User name")
    password = password_of(session, from_stdin=password_stdin)
    signed_in, replaced = home.sign_in(name, password, this_source())
    if replaced and replaced != signed_in.user:
        session.say(f"{replaced} was signed out.")
    session.say(f"Signed in as {signed_in.user}.")
    session.show(signed_in, columns=_COLUMNS)


@app.command()
def logout(context: typer.Context) -> None:
    """End the session, in the shop first and then here."""
    session = session_of(context)
    issuer = session.shop.issuer_sign_in_of(session.home)
    left = (issuer or session.shop.sign_in_of(session.home)).sign_out()
    if left is None:
        session.nothing_to_do("Nobody is signed in.")
    else:
        user, ended = left
        place = "at the sign-in server" if issuer else "in the shop"
        where = f"{place} and here" if ended else f"here only: {place} it could not be done, and ends by itself"
        session.say(f"{user} is signed out, {where}.")
    session.show(SIGNED_OUT, columns=_COLUMNS)


@app.command()
def status(context: typer.Context) -> None:
    """Show who is signed in, and until when; with -o json also with which permissions."""
    session = session_of(context)
    credentials = session.shop.credentials_of(session.home)()
    signs_in = session.shop.issuer_sign_in_of(session.home) or session.shop.sign_in_of(session.home)
    told = signs_in.status(credentials)
    if credentials.trouble is not None:
        session.say(f"{credentials.trouble.message} {credentials.trouble.hint}")
    identity = session.shop.settings.identity
    if not told.signed_in and identity.issuer and identity.token_store == "memory":  # noqa: S105  # a place, no secret
        session.say("A sign-in lies in the memory of the process that made it: identity.token_store is memory.")
    session.show(told, columns=_COLUMNS)


@app.command()
def register(
    context: typer.Context,
    *,
    username: _Username = None,
    email: _Email = None,
    password_stdin: _PasswordStdin = False,
) -> None:
    """Ask for an account: a letter brings the code that `auth verify` wants; an issuer has its own page for it."""
    session = session_of(context)
    if session.shop.settings.identity.issuer:
        _refuse_local_options(session, given=username is not None or email is not None or password_stdin)
        _at_issuer(session, then="New here? Choose Register there.")
        return
    accounts = session.shop.accounts
    name = word_of(session, username, "--username", "User name")
    address = word_of(session, email, "--email", "E-mail")

    def ask_for_account(password: str) -> None:
        accounts.register(name, address, password, this_source())

    password, _ = new_password_of(session, ask_for_account, from_stdin=password_stdin)
    if session.is_interactive:
        _verify_at_once(session, address, password)
        return
    _tell_of_letter(session, Purpose.VERIFY, address, "micromart auth verify CODE")


@app.command()
def verify(context: typer.Context, code: Annotated[str, typer.Argument(metavar="CODE")]) -> None:
    """Make the account a code was sent for; sign in afterwards."""
    session = session_of(context)
    user = session.shop.accounts.verify(code, this_source())
    session.say(f"The account is ready: micromart auth login --username {user}")
    session.show(AccountReady(user))


@app.command()
def recover(
    context: typer.Context,
    code: Annotated[str | None, typer.Argument(metavar="[CODE]", help="The code of the letter.")] = None,
    *,
    email: _Email = None,
    password_stdin: _PasswordStdin = False,
) -> None:
    """Ask for a code with --email, then set a new password with it; an issuer has its own page for it."""
    session = session_of(context)
    if session.shop.settings.identity.issuer:
        _refuse_local_options(session, given=code is not None or email is not None or password_stdin)
        _at_issuer(session, then="Lost your password? Choose Forgot Password there.")
        return
    accounts = session.shop.accounts
    if code is not None and email is not None:
        raise InvalidValue("Give a code or --email, not both.", hint="micromart auth recover CODE")
    if code is None:
        address = word_of(session, email, "--email", "E-mail")
        accounts.recover(address, this_source())
        _tell_of_letter(session, Purpose.RECOVER, address, "micromart auth recover CODE")
        return

    def set_anew(password: str) -> str:
        return accounts.recover_with(code, password, this_source())

    _, user = new_password_of(session, set_anew, from_stdin=password_stdin, question="New password")
    session.say(f"The password of {user} is changed; every session of it has ended.")
    session.show(AccountReady(user))


def _refuse_local_options(session: Session, *, given: bool) -> None:
    """Raise InvalidValue when somebody wants to give this shop what belongs on the issuer's own pages."""
    if given:
        raise InvalidValue(
            "Names, passwords and codes are not given here.",
            why=f"this shop's people sign in at {session.shop.settings.identity.issuer}",
            hint="micromart auth login",
        )


def _refuse_beside_script(session: Session) -> None:
    """Raise InvalidValue where a script signs in by itself: every verb would go on working for it."""
    script = session.settings.automation.client_id
    if script:
        raise InvalidValue(
            f"Here the script {script} signs in by itself.",
            why="automation.client_id is set, so whoever signs in would not be the one that verbs work for",
            hint="unset MICROMART_AUTOMATION__CLIENT_ID, then micromart auth login",
        )


def _at_issuer(session: Session, *, staff: bool = False, session_only: bool = False, then: str = "") -> None:
    """Sign in at the issuer, whose one address leads through registering and recovering too."""
    from micromart_cli.device_login import sign_in_by_device

    issuer = session.shop.issuer_sign_in_of(session.home)
    assert issuer is not None  # noqa: S101  # the shop's settings name one
    signed_in = sign_in_by_device(session, issuer, staff=staff, session_only=session_only, then=then)
    session.show(signed_in, columns=_COLUMNS)


def _verify_at_once(session: Session, address: str, password: str) -> None:
    """Ask a person for the code while the password is still at hand; an offline shop's letter lies beside it."""
    session.doors.send_mail()
    letters = session.shop.letters
    code = None if letters is None else code_sent_to(letters, address)
    if code is None:
        session.say(f"A letter with a code goes to {address}.")
    else:
        session.say(f"This shop is offline, so your letter stayed here. Your code: {code}")
    user = session.shop.accounts.verify(answer_of("Code", offered=code), this_source())
    signed_in, _ = session.shop.sign_in_of(session.home).sign_in(user, password, this_source())
    session.say(f"Signed in as {user}.")
    session.show(signed_in, columns=_COLUMNS)


def _tell_of_letter(session: Session, purpose: Purpose, address: str, then: str) -> None:
    """Say the same whether or not anybody has this address."""
    session.owes_mail()
    minutes = CODE_LIVES[purpose].seconds // 60
    maybe = "" if purpose is Purpose.VERIFY else ", if it has an account"
    session.say(f"A letter with a code goes to {address}{maybe}; it works for {minutes} minutes: {then}")
    letters = session.shop.letters
    if letters is not None:
        session.say(f"This shop is offline, so its letters stay here: {letters}")
    session.show(CodeSent(purpose, address, minutes))
