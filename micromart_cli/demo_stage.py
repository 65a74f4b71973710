"""The stage of the demo: a throw-away shop, its people, and how their story is told."""

import re
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from rich.console import RenderableType
from rich.text import Text

from micromart_cli.cards import card_of, emit
from micromart_cli.palette import console_on_stdout
from micromart_cli.passing_folder import passing_folder
from micromart_cli.shapes import plain, shape_of
from micromart_cli.tables import indented, table_of
from micromart_core.bootstrap import Shop, make_missing_shop, open_shop
from micromart_core.gateway import LocalGateway
from micromart_core.home import Home, make_private
from micromart_core.settings import HoldSettings, Settings
from micromart_core.text import terminal_text

SHORT_HOLD_SECONDS = 3
PROMPT = "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} "
_BAR = "\N{LEFT ONE EIGHTH BLOCK} "
_WIDEST, _INDENT = 100, 2
_LETTER_SECONDS = 30.0
"""More than any machine needs: a story without its letter would be none."""
_PAUSE = 0.5
"""Seconds between two steps when somebody watches."""


class Person(Struct, frozen=True):
    """Somebody with a home of their own, and their door into the shop."""

    home: Home
    door: LocalGateway


class Stage:
    """A shop in a folder that is gone afterwards."""

    def __init__(self, folder: Path, color: str) -> None:
        self.folder = folder
        self.settings = Settings()
        self._data = make_private(folder / "shop")
        make_missing_shop(self.settings, self._data, lambda _: None)
        self.shop = open_shop(self.settings, self._data)
        self._console = console_on_stdout(color)
        self._console.width = min(self._console.width, _WIDEST)
        self._step = 0
        self._open = [self.shop]

    def person(self, name: str, *, hold_seconds: int | None = None) -> Person:
        """Let somebody in; with `hold_seconds` theirs is a process whose owner has set a short hold."""
        home = Home(*(self.folder / name / part for part in ("config", "data", "state", "cache")))
        shop = self.shop if hold_seconds is None else self._with_short_hold(hold_seconds)
        return Person(home, shop.gateway(shop.identity_of(home), shop.credentials_of(home)))

    def step(self, title: str) -> None:
        """Begin the next thought."""
        self.pause()
        self._step += 1
        self._tell(Text.assemble(("\n", ""), (f"{self._step}  ", "label"), (title, "ember")))

    def says(self, words: str) -> None:
        """Tell something in prose."""
        self._tell(indented(Text(words), above=1))

    def types(self, *commands: str) -> None:
        """Show the command lines that do what comes next."""
        width = self._console.width - len(PROMPT) - _INDENT
        lines = [Text.assemble((PROMPT, "label"), (_wrapped(command, width), "name")) for command in commands]
        self._tell(indented(Text("\n").join(lines), above=1))

    def shows(self, value: object) -> None:
        """Show a value as the command line does."""
        self._tell(indented(card_of(value, plain(value)), above=1))

    def lists(self, items: Sequence[Any]) -> None:
        """Show a list as the command line does."""
        columns = shape_of(type(items[0])).columns
        self._tell(indented(table_of([plain(item) for item in items], columns), above=1))

    def reads(self, text: str) -> None:
        """Show a letter or a receipt, a bar at its side."""
        lines = terminal_text(text, newlines=True).strip().splitlines()
        self._tell(indented(Text("\n").join(Text.assemble((_BAR, "honey"), line) for line in lines), above=1))

    def counts_down(self, seconds: int) -> None:
        """Let real time pass, and say so where somebody watches."""
        for left in range(seconds, 0, -1):
            if self._is_watched:
                sys.stdout.write(f"\r  {left} ")
                sys.stdout.flush()
            time.sleep(1)
        if self._is_watched:
            sys.stdout.write("\r    \r")

    def pause(self) -> None:
        """Give a person time to read; nobody else needs it."""
        if self._is_watched:
            time.sleep(_PAUSE)

    def newest_letter(self) -> str:
        """Send what waits and return the text of the letter that came last into the outbox."""
        self.shop.send_mail(_LETTER_SECONDS)
        letters = sorted((self.shop.folder / "outbox" / "new").iterdir(), key=lambda file: file.stat().st_mtime_ns)
        message = message_from_bytes(letters[-1].read_bytes(), policy=policy.default)
        body = message.get_body(("plain",))
        content: str = body.get_content() if body else ""
        return f"To: {message['To']}\nSubject: {message['Subject']}\n\n{content}"

    def _with_short_hold(self, seconds: int) -> Shop:
        minutes = Decimal(seconds) / 60
        self._open.append(open_shop(replace(self.settings, holds=HoldSettings(minutes, minutes)), self._data))
        return self._open[-1]

    def close(self) -> None:
        """Close every door."""
        for shop in self._open:
            shop.close()

    @property
    def _is_watched(self) -> bool:
        return sys.stdout.isatty()

    def _tell(self, part: RenderableType) -> None:
        emit(self._console, part)


def _wrapped(command: str, width: int) -> str:
    """Break a long command before its options, with backslashes, so that it can be copied whole."""
    first, *options = re.split(r" (?=--)", command)
    lines = [first]
    for option in options:
        if len(f"{lines[-1]} {option} \\") <= width:
            lines[-1] += f" {option}"
        else:
            lines.append(f"{' ' * _INDENT * 2}{option}")
    return " \\\n".join(lines)


@contextmanager
def stage(color: str) -> Iterator[Stage]:
    """Build the stage; nothing of it is left afterwards, however the story ends."""
    with passing_folder("micromart-demo-") as folder:
        built = Stage(folder, color)
        try:
            yield built
        finally:
            built.close()
