"""micromart event: what has happened, and telling it again."""

import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated, ClassVar

import typer

from micromart_cli import options
from micromart_cli.limits import TimedOut
from micromart_cli.moments import moment_of
from micromart_cli.options import noun_app
from micromart_cli.session import Session, session_of
from micromart_cli.shapes import plain, to_json
from micromart_core.errors import InvalidValue
from micromart_core.event_log import last_event_id, list_events, replay_events
from micromart_core.outbox import EventRecord
from micromart_core.text import terminal_text

app = noun_app("Events and their delivery.")
_Topic = Annotated[str | None, typer.Option("--topic", metavar="T", help="Only types that begin so: order.")]
_EVERY_SECONDS = 1.0
_LATE = timedelta(seconds=10)
"""Ids are given before the commit: an event with an older id may come this much later."""


class TailEnded(TimedOut):
    """The time that was given to a tail is over; it only reads."""

    told: ClassVar[str] = "The tail ended after {} seconds."
    reason: ClassVar[str] = "--timeout was reached; a tail only reads, so nothing was changed"
    advice: ClassVar[str] = "micromart event list --since T shows what has come since"


@app.command("list")
def list_all(
    context: typer.Context,
    *,
    topic: _Topic = None,
    since: Annotated[str | None, typer.Option("--since", metavar="T", help="From this moment on.")] = None,
    trace: Annotated[str | None, typer.Option("--trace", metavar="ID", help="Only what came of one intent.")] = None,
    limit: options.Limit = options.PAGE,
    after: options.After = None,
) -> None:
    """List events, oldest first."""
    session = session_of(context)
    page = session.run_beside(list_events, moment_of("--since", since), topic, after, limit, trace)
    session.show(page, empty="No events.")


@app.command()
def tail(context: typer.Context, *, topic: _Topic = None) -> None:
    """Show the newest events and each one that follows, until Ctrl-C or --timeout."""
    session = session_of(context)
    if session.flags.format == "csv":
        raise InvalidValue("A tail is no CSV.", why="it has no end", hint="-o jsonl, or micromart event list -o csv")
    try:
        for event in _follow(session, topic):
            sys.stdout.write(_line(event, session.flags.format) + "\n")
            sys.stdout.flush()
    except TimedOut as end:
        raise TailEnded(end.seconds) from end


@app.command()
def replay(
    context: typer.Context,
    *,
    since: Annotated[str | None, typer.Option("--since", metavar="T", help="From this moment on.")] = None,
    dry_run: options.DryRun = False,
) -> None:
    """Deliver events once more; who took one in before passes it over."""
    moment = moment_of("--since", since)
    if moment is None:
        raise InvalidValue("Since when?", why="a replay begins somewhere", hint="--since 2026-03-01")
    session = session_of(context).under(dry_run=dry_run)
    replayed = session.run_beside(replay_events, moment)
    session.show(replayed)
    if not replayed.events:
        session.nothing_to_do("There were no such events.")


def _line(event: EventRecord, output: str) -> str:
    if output == "ids":
        return event.id
    if output != "table":
        return to_json(plain(event))
    return terminal_text(f"{event.at:%Y-%m-%d %H:%M:%S}  {event.type}  {event.key}  {to_json(plain(event.data))}")


def _follow(session: Session, topic: str | None) -> Iterator[EventRecord]:
    after = session.run_beside(last_event_id, topic)
    shown: dict[str, EventRecord] = {}
    while True:
        events = _after(session, topic, after)
        yield from (event for event in events if event.id not in shown)
        shown = {event.id: event for event in events}
        settled = [event for event in events if events[-1].at - event.at > _LATE]
        after = settled[-1].id if settled else after
        time.sleep(_EVERY_SECONDS)


def _after(session: Session, topic: str | None, after: str | None) -> list[EventRecord]:
    found: list[EventRecord] = []
    while True:
        page = session.run_beside(list_events, None, topic, after, 1_000)
        found += page.items
        after = page.next
        if after is None:
            return found
