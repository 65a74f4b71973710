"""Templates for what leaves the shop as text or HTML: sandboxed, harmless for terminals, in the words of a place."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from micromart_core.locales import known_locale, write_country, write_date, write_money
from micromart_core.text import terminal_text

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment


@cache
def templates_in(folder: Path, locale: str) -> "SandboxedEnvironment":
    """Return the templates of a folder; those that end in .html escape what they print, and a missing word is a bug."""
    from jinja2 import FileSystemLoader, StrictUndefined, select_autoescape
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(folder),
        autoescape=select_autoescape(("html",), default=False),
        undefined=StrictUndefined,
        finalize=_harmless,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    place = known_locale(locale)
    environment.filters["money"] = lambda money: write_money(money, place)
    environment.filters["date"] = lambda moment: write_date(moment, place)
    environment.filters["country"] = lambda code: write_country(code, place)
    environment.filters["rjust"] = str.rjust
    return environment


def _harmless(value: object) -> object:
    """Take what could drive a terminal or forge a line out of everything a person wrote; markup is ours."""
    return terminal_text(value) if type(value) is str else value
