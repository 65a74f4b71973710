"""micromart drill: how the shop does in a rush, tried in a copy of it."""

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from micromart_cli.options import verb_app
from micromart_cli.passing_folder import passing_folder
from micromart_cli.session import Session, session_of
from micromart_core.interrupt import INTERRUPTED

if TYPE_CHECKING:
    from micromart_core.maintenance.drill import Tell
    from micromart_core.maintenance.drill_report import Drill

app = verb_app()
_MOST_SHOPPERS, _LONGEST = 100, 3600
_SEEDS = 2**31
_PREFIX = "micromart-drill-"
Shoppers = Annotated[int, typer.Option("--shoppers", metavar="N", min=1, max=_MOST_SHOPPERS, help="How many come.")]
Seconds = Annotated[int, typer.Option("--seconds", metavar="S", min=1, max=_LONGEST, help="How long they stay.")]
Seed = Annotated[int | None, typer.Option("--seed", metavar="N", min=0, help="What they do follows from it.")]
To = Annotated[
    str | None, typer.Option("--to", metavar="URL", help="An empty database to copy into; it stays afterwards.")
]
Keep = Annotated[bool, typer.Option("--keep", help="Leave the copy where it is afterwards.")]


@app.command()
def drill(
    context: typer.Context,
    *,
    shoppers: Shoppers = 16,
    seconds: Seconds = 20,
    seed: Seed = None,
    to: To = None,
    keep: Keep = False,
) -> None:
    """Let simulated shoppers race for a few products in a copy of the shop; 1 when a promise was broken.

    The shop itself is only read: no order, letter, event or message of the drill reaches it or anybody else.
    Ctrl-C ends it early, with the report of what was done; a second one at once, and the copy is gone all the same.

    \b
    micromart drill
    micromart drill --shoppers 50 --seconds 60 --json
    micromart drill --seed 7 --keep
    micromart drill --to postgresql+psycopg://shop@db.example/drill
    """  # noqa: D301  # click's own mark for lines that stay as they are
    from micromart_core.bootstrap import located, make_missing_shop
    from micromart_core.database import parse_url
    from micromart_core.maintenance.drill import Plan, run_drill

    session = session_of(context)
    if to and parse_url(to, "--to").password:
        session.say("The password in --to can be seen by others on this machine: use PGPASSWORD or PGPASSFILE.")
    make_missing_shop(session.settings, session.home.data, session.say)
    settings = located(session.settings, session.home.data)
    plan = Plan(shoppers, seconds, secrets.randbelow(_SEEDS) if seed is None else seed)
    with _folder(keep=keep) as folder, _progress(session, seconds) as tell:
        done = run_drill(settings, plan, tell, folder, to=to, keep=keep)
    _report(session, done)


def _folder(*, keep: bool) -> AbstractContextManager[Path]:
    return nullcontext(Path(tempfile.mkdtemp(prefix=_PREFIX))) if keep else passing_folder(_PREFIX)


def _report(session: Session, done: "Drill") -> None:
    """Show how it went, and end with the exit code of that: a broken promise before an early end."""
    session.show(done)
    if done.copied.kept:
        session.say(f"The copy stays: {done.copied.to}. Whatever the shop knows about people is in it.")
    if done.violations:
        raise typer.Exit(1)
    if done.interrupted:
        raise typer.Exit(INTERRUPTED)


@contextmanager
def _progress(session: Session, seconds: int) -> Iterator["Tell"]:
    """Draw a bar on stderr where somebody looks at it; it is gone when the report comes."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    from micromart_cli.palette import console_on_stderr

    console = console_on_stderr(session.flags.color)
    parts = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Progress(
        *parts, console=console, transient=True, disable=session.flags.quiet or not console.is_terminal
    ) as bar:
        task = bar.add_task("copying the shop", total=seconds)

        def tell(passed: float, operations: int) -> None:
            bar.update(task, completed=passed, description=f"{operations} operations")

        yield tell
