"""Lines out and lines in: all that the plain shop wants of a terminal, and nothing a screen reader stumbles over."""

import sys
from getpass import getpass
from typing import Protocol

from micromart_core.text import terminal_text

LONGEST = 4096
"""Signs of a line that are read."""


class Lines(Protocol):
    """Where a person reads and answers."""

    def say(self, text: str = "") -> None:
        """Tell something, as one line or several."""
        ...

    def ask(self, question: str) -> str:
        """Return the answer, without the spaces around it; raise EOFError when nobody answers any more."""
        ...

    def ask_secret(self, question: str) -> str:
        """Return an answer that is shown nowhere; raise EOFError when nobody answers any more."""
        ...


class TerminalLines:
    """The standard streams of this process, be they a terminal or a pipe."""

    def say(self, text: str = "") -> None:
        """Write it at once, without what a terminal would obey."""
        sys.stdout.write(terminal_text(text, newlines=True) + "\n")
        sys.stdout.flush()

    def ask(self, question: str) -> str:
        """Read a line; what is longer than any answer is cut, what is no text is no answer."""
        sys.stdout.write(f"{terminal_text(question)} ")
        sys.stdout.flush()
        answer = self._line().strip()
        if not sys.stdin.isatty():
            self.say(answer)  # nobody typed it beside the question
        return answer

    def ask_secret(self, question: str) -> str:
        """Read a line that a terminal does not show."""
        if sys.stdin.isatty():
            return getpass(f"{terminal_text(question)} ", sys.stdout)
        sys.stdout.write(f"{terminal_text(question)}\n")
        sys.stdout.flush()
        return self._line().rstrip("\r\n")

    def _line(self) -> str:
        try:
            line = sys.stdin.readline(LONGEST)
        except UnicodeDecodeError:
            return ""
        if not line:
            raise EOFError
        while not line.endswith("\n") and len(line) == LONGEST and (rest := sys.stdin.readline(LONGEST)):
            if rest.endswith("\n"):
                break
        return line
