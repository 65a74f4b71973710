"""The gateway that runs operations on a database this process can reach."""

import logging
import random
import time
from collections.abc import Callable
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from micromart_core import intents
from micromart_core.admission import admit
from micromart_core.answers import NO_MEMORY, Answers
from micromart_core.caller import STRANGER, Caller
from micromart_core.changes import Board, Changes
from micromart_core.clock import stopwatch
from micromart_core.database import Database, OpenTransaction
from micromart_core.database_errors import CommitUnknown, explain, is_lost_race, unreachable
from micromart_core.errors import LostRace, MicroMartError, SignInFirst, Unavailable
from micromart_core.events import Envelope
from micromart_core.identity import Credentials, Identity
from micromart_core.ids import new_id, new_trace_id
from micromart_core.intents import make_request
from micromart_core.metrics import Metrics
from micromart_core.operation import Access, Operation, Params, Result, access_to, name_of
from micromart_core.pulse import EveryFewSeconds
from micromart_core.rate_limit import RateLimit, Unlimited
from micromart_core.settings import Settings
from micromart_core.told_events import tell_committed
from micromart_core.transaction import Transaction

ATTEMPTS = 10
FIRST_PAUSE, LONGEST_PAUSE = 0.004, 0.5
"""Seconds; the pause before attempt n is random up to FIRST_PAUSE * 2**n (full jitter)."""
_log = logging.getLogger("micromart.gateway")


class _Intent(Struct):
    """One request: what to run, under which key, and how its tries have gone so far."""

    operation: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    access: Access
    key: str
    key_is_new: bool
    trace_id: str
    prepared: object
    retries: int = 0
    is_unknown: bool = False
    """True: a try may have been committed, and no later one has looked it up yet."""
    is_counted: bool = False
    """True: the caller's rate limit has let it through; a try that is run again is not one more request."""


class _Done(Struct, frozen=True):
    """What came of a try; `recorded` is None when nothing was committed, as by a dry run or for a stored answer."""

    result: Any
    recorded: list[Envelope] | None = None
    is_stored: bool = False


class LocalGateway(Struct, frozen=True):
    """Runs each operation in one transaction; when a race is lost, runs it again."""

    database: Database
    settings: Settings
    identity: Identity
    credentials: Callable[[], Credentials] = Credentials
    after_commit: Callable[[list[Envelope]], None] = field(default=lambda _events: None)
    """Called with the events of each committed transaction: delivers them when no broker does."""
    follow: Callable[[], Changes] = field(default=lambda: Board().listen(EveryFewSeconds()))
    answers: Answers = NO_MEMORY
    rate_limit: RateLimit = field(default_factory=Unlimited)
    metrics: Metrics = field(default_factory=Metrics)
    idempotency_key: str | None = None
    dry_run: bool = False
    trace_id: str | None = None
    """The intent this is part of, when somebody outside began it; None: each request is an intent of its own."""

    def run(self, operation: Operation[Params, Result], /, *args: Params.args, **kwargs: Params.kwargs) -> Result:
        """Run an operation for this gateway's caller, or raise the MicroMartError that forbids it."""
        return self.answer(operation, *args, **kwargs)[0]

    def answer(
        self, operation: Operation[Params, Result], /, *args: Params.args, **kwargs: Params.kwargs
    ) -> tuple[Result, bool]:
        """Run an operation as `run` does; tell too whether it was done under this key before, and not again."""
        done = self._perform(operation, args, kwargs)
        return done.result, done.is_stored

    def rehearse(
        self, operation: Operation[Params, Result], /, *args: Params.args, **kwargs: Params.kwargs
    ) -> tuple[Result, bool]:
        """Return what an operation would answer, changing nothing, and whether it was done under this key before."""
        return replace(self, dry_run=True).answer(operation, *args, **kwargs)

    def changes(self) -> Changes:
        """Return an iterator of what changes, as it changes, until it is closed."""
        return self.follow()

    def under(self, *, idempotency_key: str | None = None, dry_run: bool = False) -> "LocalGateway":
        """Return the same door for one intent: with the caller's own key, or taking everything back at the end."""
        return replace(self, idempotency_key=idempotency_key, dry_run=dry_run)

    def _perform(self, operation: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> _Done:
        intent = self._intend(operation, args, kwargs)
        started, outcome = stopwatch(), "bug"
        try:
            done = self._insist(intent)
            outcome = "ok"
        except MicroMartError as error:
            told = UnknownOutcome(intent.key) if intent.is_unknown else error
            outcome, told.trace_id = told.code, intent.trace_id
            raise told from error.__cause__
        finally:
            self._note(intent, outcome, stopwatch() - started)
        if done.recorded is not None:
            tell_committed(done.recorded)
            self.after_commit(done.recorded)
        return done

    def _intend(self, operation: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> _Intent:
        own_key = self.idempotency_key
        key = own_key or new_id("key")
        access = access_to(operation)
        trace_id = self.trace_id or new_trace_id()
        prepared = self.identity.prepare(self.credentials(), access)
        return _Intent(operation, args, kwargs, access, key, own_key is None, trace_id, prepared)

    def _insist(self, intent: _Intent) -> _Done:
        """Run until it is done or refused: a lost race or connection is tried again, so many times."""
        while True:
            try:
                return self._attempt(intent)
            except _Again as again:
                if intent.retries == ATTEMPTS:
                    raise again.told from again
                _pause(intent.retries)
                intent.retries += 1

    def _attempt(self, intent: _Intent) -> _Done:
        """Run once; raise _Again when running it again is right."""
        try:
            return self._once(intent)
        except LostRace as error:
            raise _Again(error) from error
        except CommitUnknown as error:
            intent.is_unknown = not intent.access.repeatable
            raise _Again(unreachable("the answer to COMMIT never came")) from error
        except (DBAPIError, PoolTimeout) as error:
            explained = explain(error)
            if explained is None:
                raise
            if _may_succeed(error):
                raise _Again(explained) from error
            raise explained from error

    def _once(self, intent: _Intent) -> _Done:
        self._count(intent)
        with self.database.begin(writes=intent.access.writes) as opened:
            caller = self._identify(opened, intent)
            if intent.access.permission is not None:
                admit(caller, intent.access.permission)
            request = None
            if not intent.access.repeatable:
                request = make_request(caller, intent.key, intent.operation, intent.args, intent.kwargs)
                answer = self._look_up(opened, request, intent)
                if answer is not None:
                    return _Done(answer[0], is_stored=True)
            tx = self._transaction(opened, caller, intent)
            result = intent.operation(tx, *intent.args, **intent.kwargs)
            if self.dry_run:
                return _Done(result)
            if request is not None:
                intents.save_answer(opened.connection, request, result=result, trace_id=intent.trace_id, at=opened.now)
            opened.commit()
        return _Done(result, tx.recorded if intent.access.writes else None)

    def _identify(self, opened: OpenTransaction, intent: _Intent) -> Caller:
        """Say who is calling; who cannot prove it now is a stranger where anybody may look."""
        try:
            return self.identity.identify(opened.connection, opened.now, intent.prepared)
        except (SignInFirst, Unavailable):
            if intent.access.permission is not None or intent.access.writes:
                raise
            return STRANGER

    def _count(self, intent: _Intent) -> None:
        """Count the request, before its transaction: no writer keeps others waiting while a counter is asked."""
        if intent.is_counted or not self.rate_limit.counts:
            return
        with self.database.begin(writes=False) as opened:
            caller = self._identify(opened, intent)
        self.rate_limit.check(caller)
        intent.is_counted = True

    def _transaction(self, opened: OpenTransaction, caller: Caller, intent: _Intent) -> Transaction:
        """Give the operation what it works with; who writes holds locks, so it waits for no remembered answer."""
        answers = NO_MEMORY if intent.access.writes else self.answers
        return Transaction(
            opened.connection,
            opened.now,
            caller,
            self.settings,
            intent.trace_id,
            touched=opened.touched,
            answers=answers,
        )

    def _look_up(self, opened: OpenTransaction, request: intents.Request, intent: _Intent) -> tuple[Any] | None:
        """Return the stored answer in a tuple; a key that was just made has none before its first try."""
        if intent.key_is_new and intent.retries == 0:
            return None
        if intent.is_unknown or not intent.key_is_new:
            intents.wait_for_answer(opened.connection, request, at=opened.now)
        answer = intents.find_answer(opened.connection, request)
        intent.is_unknown = False
        return answer

    def _note(self, intent: _Intent, outcome: str, seconds: float) -> None:
        name = name_of(intent.operation)
        self.metrics.note(name, outcome, seconds, intent.retries)
        level = logging.DEBUG if intent.access.polled and outcome == "ok" else logging.INFO
        if _log.isEnabledFor(level):
            facts = {
                "event.action": name,
                "event.outcome": "success" if outcome == "ok" else "failure",
                "event.duration": int(seconds * 1e9),
                "trace.id": intent.trace_id,
                "micromart.retries": intent.retries,
            }
            if outcome != "ok":
                facts["error.code"] = outcome
            _log.log(level, "%s %s", name, outcome, extra=facts)


class _Again(Exception):
    """The attempt failed in a way that another attempt may mend; `told` is for the caller when none did."""

    def __init__(self, told: MicroMartError) -> None:
        super().__init__(told.message)
        self.told = told


class UnknownOutcome(Unavailable):
    """The database was lost at the commit and has not answered since: it may or may not have happened."""

    code = "outcome_unknown"

    def __init__(self, idempotency_key: str) -> None:
        self.idempotency_key = idempotency_key
        super().__init__(
            "The database was lost at the last moment; this may or may not have been done.",
            why="the answer to COMMIT never came",
            hint=f"ask again with --idempotency-key {idempotency_key}: it is done at most once",
        )


def _may_succeed(error: DBAPIError | PoolTimeout) -> bool:
    """True for a lost race and for a connection lost on the way; a server that takes no connection is down."""
    return isinstance(error, DBAPIError) and (is_lost_race(error) or error.connection_invalidated)


def _pause(attempt: int) -> None:
    time.sleep(random.uniform(0, min(LONGEST_PAUSE, FIRST_PAUSE * 2**attempt)))  # noqa: S311  # jitter, not a secret
