"""Writing a letter: its words from the templates, with money and dates the way the shop's place writes them."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from micromart_core.locales import known_locale, write_country, write_date, write_money
from micromart_core.notifications.model import Template, Written
from micromart_core.settings import ShopSettings
from micromart_core.text import terminal_text

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment

CODE_DOTS = "••••-••••-••••"
"""Stands where a code belongs: the code itself is only put in when the letter leaves."""
_FOLDER = Path(__file__).parent / "templates"


def write(shop: ShopSettings, template: Template, facts: Mapping[str, object]) -> Written:
    """Write a letter; each template is a text file whose first line is the subject, and an HTML file."""
    environment = _environment(known_locale(shop.locale))
    everything = {**facts, "shop": shop, "language": shop.locale[:2]}
    head, _, text = environment.get_template(f"{template}.txt").render(everything).partition("\n\n")
    subject = " ".join(head.removeprefix("Subject:").split())
    html = environment.get_template(f"{template}.html").render(everything, subject=subject)
    return Written(subject, text, html)


@cache
def _environment(locale: str) -> "SandboxedEnvironment":
    from jinja2 import FileSystemLoader, StrictUndefined, select_autoescape
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=select_autoescape(("html",), default=False),
        undefined=StrictUndefined,
        finalize=_harmless,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["money"] = lambda money: write_money(money, locale)
    environment.filters["date"] = lambda moment: write_date(moment, locale)
    environment.filters["country"] = lambda code: write_country(code, locale)
    environment.filters["rjust"] = str.rjust
    return environment


def _harmless(value: object) -> object:
    """Take what could drive a terminal or forge a line out of everything a person wrote; markup is ours."""
    return terminal_text(value) if type(value) is str else value
