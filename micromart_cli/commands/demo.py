"""micromart demo: a whole purchase, on a shop that is gone afterwards."""

import typer

from micromart_cli.options import verb_app
from micromart_cli.session import session_of

app = verb_app()


@app.command()
def demo(context: typer.Context) -> None:
    """Play a whole purchase step by step: browse, hold, sign up, order, letter."""
    from micromart_cli.demo_stage import stage
    from micromart_cli.demo_story import play

    with stage(session_of(context).flags.color) as built:
        play(built)
