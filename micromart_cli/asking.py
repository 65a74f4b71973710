"""What a verb may ask a person for: a missing word, or a secret that is never shown; never without a terminal."""

import sys
from collections.abc import Callable
from getpass import getpass
from typing import TypeVar

from micromart_cli.session import Session
from micromart_core.errors import InvalidValue

Result = TypeVar("Result")
LONGEST = 4096
"""Signs of a line on stdin that can be a secret."""


class NoTerminal(InvalidValue):
    """Screens need a terminal to be drawn on, and keys."""

    code = "screens.no_terminal"

    def __init__(self, what: str, hint: str) -> None:
        super().__init__(f"{what} needs a terminal.", why="there is none", hint=hint)


class NeedsFlag(InvalidValue):
    """Without a terminal nobody can be asked, so a flag has to say it."""

    code = "usage.needs_flag"

    def __init__(self, flag: str) -> None:
        self.flag = flag
        super().__init__(f"{flag} is missing.", why="there is no terminal to ask on", hint=f"give {flag}")


def word_of(session: Session, given: str | None, flag: str, question: str) -> str:
    """Return what was given, else ask for it; raise NeedsFlag without a terminal."""
    if given is not None:
        return given
    if not session.is_interactive:
        raise NeedsFlag(flag)
    sys.stderr.write(f"{question}: ")
    sys.stderr.flush()
    return _line()


def answer_of(question: str, *, offered: str | None) -> str:
    """Ask a person at a terminal; Enter alone takes what is offered."""
    sys.stderr.write(f"{question} [{offered}]: " if offered else f"{question}: ")
    sys.stderr.flush()
    return _line(or_else=offered)


def password_of(session: Session, *, from_stdin: bool, question: str = "Password") -> str:
    """Return one line of stdin when asked to, else ask without showing it; raise NeedsFlag without a terminal."""
    if from_stdin:
        return _line()
    if not session.is_interactive:
        raise NeedsFlag("--password-stdin")
    try:
        return getpass(f"{question}: ", sys.stderr)
    except (KeyboardInterrupt, EOFError):
        sys.stderr.write("\n")  # what was pressed was not shown: the next prompt would stand behind the question
        raise


def new_password_of(
    session: Session, use: Callable[[str], Result], *, from_stdin: bool, question: str = "Password"
) -> tuple[str, Result]:
    """Return a password that `use` has taken, and its answer; who was asked and gave a weak one is asked again."""
    from micromart_core.authentication.model import WeakPassword
    from micromart_core.authentication.passwords import SHORTEST

    while True:
        password = password_of(session, from_stdin=from_stdin, question=f"{question} ({SHORTEST} signs or more)")
        try:
            return password, use(password)
        except WeakPassword as weak:
            if from_stdin:
                raise
            session.say(f"{weak.sentences} Once more:")


def _line(or_else: str | None = None) -> str:
    try:
        line = sys.stdin.readline(LONGEST + 1)
    except UnicodeDecodeError as error:
        raise InvalidValue("What came on stdin is no text.", why="it is not UTF-8", hint="type it anew") from error
    if len(line) > LONGEST:
        raise InvalidValue(
            "What came on stdin is too long.", why=f"one line of at most {LONGEST} signs is read", hint="give one line"
        )
    if not line and sys.stdin.isatty():
        sys.stderr.write("\n")
        raise EOFError  # Ctrl-D: as good as Ctrl-C
    word = line.rstrip("\r\n") or or_else
    if not word:
        raise InvalidValue("Nothing came on stdin.", why="one line was expected", hint="echo … | micromart auth …")
    return word
