"""Writing a letter: its words from the templates, with money and dates the way the shop's place writes them."""

from collections.abc import Mapping
from pathlib import Path

from micromart_core.notifications.model import Template, Written
from micromart_core.settings import ShopSettings
from micromart_core.templates import templates_in

CODE_DOTS = "••••-••••-••••"
"""Stands where a code belongs: the code itself is only put in when the letter leaves."""
_FOLDER = Path(__file__).parent / "templates"


def write(shop: ShopSettings, template: Template, facts: Mapping[str, object]) -> Written:
    """Write a letter; each template is a text file whose first line is the subject, and an HTML file."""
    templates = templates_in(_FOLDER, shop.locale)
    everything = {**facts, "shop": shop, "language": shop.locale[:2]}
    head, _, text = templates.get_template(f"{template}.txt").render(everything).partition("\n\n")
    subject = " ".join(head.removeprefix("Subject:").split())
    html = templates.get_template(f"{template}.html").render(everything, subject=subject)
    return Written(subject, text, html)
