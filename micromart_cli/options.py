"""Arguments and options that several verbs share, each declared once."""

from typing import Annotated

import click
import typer
from typer.core import TyperGroup

Sku = Annotated[str, typer.Argument(metavar="SKU", help="The product.")]
Skus = Annotated[list[str], typer.Argument(metavar="SKU..", help="The products.")]
Limit = Annotated[int, typer.Option("--limit", min=1, max=1000, help="Most rows of one page.")]
After = Annotated[str | None, typer.Option("--after", metavar="CURSOR", help="Go on after this cursor.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would happen; change nothing.")]
IdempotencyKey = Annotated[
    str | None,
    typer.Option("--idempotency-key", metavar="K", help="The same key and request is done once, for 30 days."),
]
IfVersion = Annotated[
    int | None, typer.Option("--if-version", metavar="V", help="Refuse (5) when it has changed since this version.")
]
Ascii = Annotated[
    bool,
    typer.Option("--ascii", envvar="MICROMART_ASCII", help="Draw with ASCII signs, where a font has no others."),
]
Note = Annotated[str | None, typer.Option("--note", metavar="T", help="A note to keep with it.")]
PAGE = 50
"""Rows of a page when nobody says."""
WHOLE = 1000
"""The same for what is one short list: who asks for the settings means all of them."""


class _Noun(TyperGroup):
    """A noun whose help says the whole of what each verb does; click would cut it at the end of the line."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        verbs = [(name, self.commands[name].get_short_help_str(limit=10_000)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl(verbs)


def noun_app(purpose: str) -> typer.Typer:
    """Return the app of a noun with verbs."""
    app = _app(purpose)
    app.callback()(lambda: None)  # so that even a single verb has to be named
    return app


def verb_app() -> typer.Typer:
    """Return the app of a noun that is its own verb: `checkout`, `search`; it has one command."""
    return _app(None)


def _app(purpose: str | None) -> typer.Typer:
    return typer.Typer(
        cls=_Noun,
        help=purpose,
        no_args_is_help=purpose is not None,
        add_completion=False,
        suggest_commands=False,  # click does it already
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
