"""micromart trace: what one intent led to."""

from operator import attrgetter
from typing import Annotated

import typer

from micromart_cli import options
from micromart_cli.options import verb_app
from micromart_cli.session import session_of
from micromart_core.maintenance.story import tell_story
from micromart_core.text import clean_line

app = verb_app()
_LONGEST_ID = 64


@app.command()
def trace(
    context: typer.Context,
    trace_id: Annotated[str, typer.Argument(metavar="ID", help="As the log tells it, or its first 8 digits.")],
    *,
    limit: options.Limit = options.PAGE,
    after: options.After = None,
) -> None:
    """Tell what came of one keypress or verb: its operation, events, handlers, letters, and what it changed."""
    session = session_of(context)
    story = session.run_beside(tell_story, clean_line("trace", trace_id, longest=_LONGEST_ID))
    session.show_part(story, limit=limit, after=after, cursor=attrgetter("id"))
