"""What a verb is given: the shop, opened when first needed, and one way each to run, ask, show and say."""

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import typer

from micromart_cli.doors import Door, Doors, HomeDoors, OpenShop, RemoteDoors
from micromart_cli.errors import NeedsYes, NotConfirmed
from micromart_cli.global_flags import GlobalFlags
from micromart_core.errors import NothingToDo
from micromart_core.home import Home
from micromart_core.operation import Operation, access_to
from micromart_core.settings import Settings
from micromart_core.text import clean_line, terminal_text

if TYPE_CHECKING:
    from micromart_core.bootstrap import Shop
    from micromart_core.settings_sources import Sources

Params = ParamSpec("Params")
Result = TypeVar("Result")
LONGEST_KEY = 200


class Session:
    """One run of one verb."""

    def __init__(self, home: Home, flags: GlobalFlags, doors: Doors | None = None) -> None:
        self.home, self.flags = home, flags
        self._doors = doors
        self.dry_run = self.was_done = False
        self._idempotency_key: str | None = None
        self._settings: tuple[Settings, dict[str, str]] | None = None
        self._person_door: Door | None = None
        self._may_owe_mail = False
        self._to_close: list[Callable[[], None]] = []
        self._unsaid: list[str] | None = None

    @property
    def sources(self) -> "Sources":
        """Everything that may set something here."""
        from micromart_core.settings_sources import Sources

        return Sources({}, os.environ, (Path("micromart.toml"), self.home.config / "config.toml"))

    @property
    def settings(self) -> Settings:
        """The settings as they hold now; raise BadSetting."""
        return self.settings_and_origins[0]

    @property
    def settings_and_origins(self) -> tuple[Settings, dict[str, str]]:
        """The settings, and where each one that was given was read."""
        if self._settings is None:
            from micromart_core.settings_sources import read_settings

            self._settings = read_settings(self.sources)
        return self._settings

    @property
    def doors(self) -> Doors:
        """The ways into the shop: this machine's own, or the one elsewhere that was asked for or is in use."""
        if self._doors is None:
            self._doors = self._find_doors()
            self._to_close.append(self._doors.close)
        return self._doors

    def _find_doors(self) -> Doors:
        url = self.url_elsewhere
        if url is None:
            return HomeDoors(self.home, lambda: self.settings, self.say)
        return RemoteDoors(url, self.home, self.settings)

    @property
    def url_elsewhere(self) -> str | None:
        """Where the gateway of the shop answers that this run works with; None = the shop of this machine."""
        from micromart_core.bootstrap_remote import url_of_shop

        return url_of_shop(self.home, self.flags.context, self.settings)

    def refuse_elsewhere(self, what: str) -> None:
        """Raise BesideTheDatabase when this run works with a shop elsewhere."""
        from micromart_core.bootstrap_remote import beside_the_database

        url = self.url_elsewhere if self._doors is None else None  # doors that were brought along ask nobody where
        if url is not None:
            raise beside_the_database(what, url)

    @property
    def shop(self) -> OpenShop:
        """The open shop, for the few verbs that need more than operations."""
        return self.doors.shop

    @property
    def shop_here(self) -> "Shop":
        """The open shop of this machine, for verbs beside its database."""
        return self.doors.shop_here

    def under(self, *, dry_run: bool = False, idempotency_key: str | None = None) -> "Session":
        """Return this session for one intent: taking everything back at the end, or with the caller's own key."""
        if idempotency_key is not None:
            idempotency_key = clean_line("idempotency key", idempotency_key, longest=LONGEST_KEY)
        self.dry_run, self._idempotency_key = dry_run, idempotency_key
        return self

    def run(self, operation: Operation[Params, Result], /, *args: Params.args, **kwargs: Params.kwargs) -> Result:
        """Run an operation for the person of this home, or raise the MicroMartError that forbids it."""
        return self._run(self._person(), operation, *args, **kwargs)

    def run_beside(
        self, operation: Operation[Params, Result], /, *args: Params.args, **kwargs: Params.kwargs
    ) -> Result:
        """Run an operation beside the database, with its own credentials: nobody signs in for `job`, `dead`, ..."""
        return self._run(self.doors.operator(), operation, *args, **kwargs)

    def run_destructive(
        self, question: str, operation: Operation[Params, Result], /, *args: Params.args, **kwargs: Params.kwargs
    ) -> Result:
        """Run an operation that destroys something, after asking; --yes answers yes.

        A dry run comes first, so that what forbids it (6, 7, 3, 4) is said before a missing --yes (2). What was
        done under the same key before is answered without asking: nothing is destroyed any more.
        """
        return self._run_destructive(self._person(), question, operation, *args, **kwargs)

    def run_destructive_beside(
        self, question: str, operation: Operation[Params, Result], /, *args: Params.args, **kwargs: Params.kwargs
    ) -> Result:
        """Run an operation that destroys something beside the database, after asking."""
        return self._run_destructive(self.doors.operator(), question, operation, *args, **kwargs)

    def _person(self) -> Door:
        self._person_door = self._person_door or self.doors.person()
        return self._person_door

    def _run(
        self,
        gateway: Door,
        operation: Operation[Params, Result],
        *args: Params.args,
        **kwargs: Params.kwargs,
    ) -> Result:
        self._may_owe_mail |= access_to(operation).writes and not self.dry_run
        intent = gateway.under(idempotency_key=self._idempotency_key, dry_run=self.dry_run)
        result, was_done = intent.answer(operation, *args, **kwargs)
        self._note_repeat(was_done=was_done)
        return result

    def _run_destructive(
        self,
        gateway: Door,
        question: str,
        operation: Operation[Params, Result],
        *args: Params.args,
        **kwargs: Params.kwargs,
    ) -> Result:
        rehearsal = gateway.under(idempotency_key=self._idempotency_key)
        foreseen, was_done = rehearsal.rehearse(operation, *args, **kwargs)
        self._note_repeat(was_done=was_done)
        if self.dry_run or was_done:
            return foreseen
        self.confirm(question)
        return self._run(gateway, operation, *args, **kwargs)

    def _note_repeat(self, *, was_done: bool) -> None:
        """Say, once, that what was asked for had been done under the caller's own key: its answer looks like news."""
        if was_done and self._idempotency_key is not None and not self.was_done:
            self.was_done = True
            self.say(f"this was done before, under the key “{self._idempotency_key}”; nothing was done again")

    @property
    def is_interactive(self) -> bool:
        """True when a person can be asked: both the keyboard and stderr are a terminal."""
        return sys.stdin.isatty() and sys.stderr.isatty()

    @property
    def is_on_terminal(self) -> bool:
        """True when a whole terminal is there to draw on."""
        return sys.stdin.isatty() and sys.stdout.isatty()

    @property
    def gateway(self) -> Door:
        """The door of the person of this home, for screens, which stay open."""
        self._may_owe_mail = True
        return self._person()

    def confirm(self, question: str) -> None:
        """Return when the answer is yes, by --yes or by the person; raise NeedsYes without a terminal, NotConfirmed."""
        if self.flags.yes:
            return
        if not self.is_interactive:
            raise NeedsYes(question)
        sys.stderr.write(f"{terminal_text(question)} [y/N] ")
        sys.stderr.flush()
        if sys.stdin.readline().strip().lower() not in ("y", "yes"):
            raise NotConfirmed("Nothing was changed.", why="the answer was not yes")

    def show(self, value: object, *, columns: Sequence[str] | None = None, empty: str = "Nothing here yet.") -> None:
        """Tell a value on stdout in the format asked for: one thing, a sequence, or a page with `items` and `next`.

        --quiet leaves it out, whatever the format: success is silent.
        """
        if not self.flags.quiet:
            self.write_out(value, columns=columns, empty=empty)

    def write_out(
        self, value: object, *, columns: Sequence[str] | None = None, empty: str = "Nothing here yet."
    ) -> None:
        """Print what is a verb's whole work, an export or a receipt, as `show` does, and with --quiet too."""
        from micromart_cli.output import Output

        Output(self.flags, dry_run=self.dry_run).show(value, columns=columns, empty=empty)

    def show_part(
        self,
        rows: Sequence[Any],
        *,
        limit: int,
        after: str | None,
        cursor: Callable[[Any], str],
        columns: Sequence[str] | None = None,
        empty: str = "Nothing here yet.",
    ) -> None:
        """Print one page of a list that is whole here, since it is short; raise NoCursor for one that none ended at."""
        from micromart_cli.output import Page
        from micromart_core.paging import NoCursor

        names = [cursor(row) for row in rows]
        if after is not None and after not in names:
            raise NoCursor(after)
        start = 0 if after is None else names.index(after) + 1
        following = names[start + limit - 1] if len(rows) > start + limit else None
        self.show(Page(tuple(rows[start : start + limit]), following), columns=columns, empty=empty)

    def say(self, notice: str) -> None:
        """Tell the person something on stderr; --quiet leaves it out."""
        if self._unsaid is not None:
            self._unsaid.append(notice)
        elif not self.flags.quiet:
            sys.stderr.write(terminal_text(notice, newlines=True) + "\n")

    def say_later(self) -> None:
        """Keep what is said until the verb ends: from now on the whole terminal is drawn on."""
        self._unsaid = []

    def nothing_to_do(self, notice: str) -> None:
        """Say that there was nothing to do; with --exit-nothing that is exit code 8."""
        if self.flags.exit_nothing:
            raise NothingToDo(notice)
        self.say(notice)

    def owes_mail(self) -> None:
        """Note that a letter was queued by something else than an operation run here."""
        self._may_owe_mail = True

    def begin(self) -> None:
        """Start logging: to stderr when -v asked for it, else quietly into a file of this home."""
        if self.flags.verbosity:
            from micromart_cli.verbose import log_to_stderr

            log_to_stderr(self.flags.verbosity)
        else:
            from micromart_core.logs import log_to_file

            log_to_file(self.home.state / "micromart.log")

    def deliver_mail(self) -> None:
        """Send waiting letters for a moment; what is left goes with the next verb or `job run send-mail`."""
        if self._may_owe_mail and self._doors is not None:
            from micromart_cli.letters_along import send_letters_along

            send_letters_along(self._doors)

    def closing(self, shop: "Shop") -> "Shop":
        """Return a shop that a verb opened by itself; it is closed when the verb ends."""
        self._to_close.append(shop.close)
        return shop

    def close(self) -> None:
        """Give back what was opened, and say what was kept."""
        unsaid, self._unsaid = self._unsaid, None
        for notice in unsaid or ():
            self.say(notice)
        for close in self._to_close:
            close()


def session_of(context: typer.Context) -> Session:
    """Return the session a verb was given."""
    session: Session = context.obj
    return session
