"""The gateway that runs operations on a database this process can reach."""

import logging
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from micromart_core import intents
from micromart_core.caller import Caller
from micromart_core.clock import stopwatch
from micromart_core.database import Database, OpenTransaction
from micromart_core.database_errors import CommitUnknown, explain, is_lost_connection, is_lost_race
from micromart_core.errors import LostRace, MicroMartError, NotAllowed, SignInFirst, Unavailable
from micromart_core.events import Envelope
from micromart_core.identity import Credentials, Identity
from micromart_core.ids import new_id, new_trace_id
from micromart_core.metrics import Metrics
from micromart_core.operation import Access, Change, Operation, Params, Result, access_to, name_of
from micromart_core.rate_limit import RateLimit, Unlimited
from micromart_core.settings import Settings
from micromart_core.transaction import Transaction

ATTEMPTS = 10
FIRST_PAUSE, LONGEST_PAUSE = 0.004, 0.5
"""Seconds; the pause before attempt n is random up to FIRST_PAUSE * 2**n (full jitter)."""
_log = logging.getLogger("micromart.gateway")


@dataclass(frozen=True, slots=True)
class _Intent:
    """One request: what to run, under which key, and how to know it again."""

    operation: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    access: Access
    key: str
    key_is_new: bool
    trace_id: str
    prepared: object


@dataclass(frozen=True, slots=True)
class LocalGateway:
    """Runs each operation in one transaction; when a race is lost, runs it again."""

    database: Database
    settings: Settings
    identity: Identity
    credentials: Callable[[], Credentials] = Credentials
    after_commit: Callable[[list[Envelope]], None] = field(default=lambda _events: None)
    """Called with the events of each committed transaction: delivers them when no broker does."""
    follow: Callable[[], Iterator[Change]] = field(default=lambda: iter(()))
    rate_limit: RateLimit = field(default_factory=Unlimited)
    metrics: Metrics = field(default_factory=Metrics)
    idempotency_key: str | None = None
    dry_run: bool = False

    def run(self, operation: Operation[Params, Result], /, *args: Params.args, **kwargs: Params.kwargs) -> Result:
        """Run an operation for this gateway's caller, or raise the MicroMartError that forbids it."""
        intent = self._intend(operation, args, kwargs)
        started, retries, outcome = stopwatch(), 0, "bug"
        try:
            while True:
                try:
                    result: Result = self._attempt(intent, look_up=retries > 0)
                except _Again as again:
                    if retries == ATTEMPTS:
                        raise again.told from again
                    _pause(retries)
                    retries += 1
                    continue
                outcome = "ok"
                return result
        except MicroMartError as error:
            outcome, error.trace_id = error.code, intent.trace_id
            raise
        finally:
            self._note(intent, outcome, stopwatch() - started, retries)

    def changes(self) -> Iterator[Change]:
        """Yield what changed, as it changes, until the iterator is closed."""
        return self.follow()

    def under(self, *, idempotency_key: str | None = None, dry_run: bool = False) -> "LocalGateway":
        """Return the same door for one intent: with the caller's own key, or taking everything back at the end."""
        return replace(self, idempotency_key=idempotency_key, dry_run=dry_run)

    def _intend(self, operation: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> _Intent:
        own_key = self.idempotency_key
        key = own_key or new_id("key")
        prepared = self.identity.prepare(self.credentials())
        return _Intent(operation, args, kwargs, access_to(operation), key, own_key is None, new_trace_id(), prepared)

    def _attempt(self, intent: _Intent, *, look_up: bool) -> Any:
        """Run once; raise _Again when running it again is right."""
        try:
            return self._once(intent, look_up=look_up or not intent.key_is_new)
        except LostRace as error:
            raise _Again(error) from error
        except CommitUnknown as error:
            raise _Again(UnknownOutcome(intent.key)) from error
        except (DBAPIError, PoolTimeout) as error:
            explained = explain(error)
            if explained is None:
                raise
            if _may_succeed(error):
                raise _Again(explained) from error
            raise explained from error

    def _once(self, intent: _Intent, *, look_up: bool) -> Any:
        with self.database.begin(writes=intent.access.writes) as opened:
            caller = self.identity.identify(opened.connection, opened.now, intent.prepared)
            self._admit(caller, intent)
            guarded = not intent.access.repeatable
            request_hash = intents.hash_request(intent.operation, intent.args, intent.kwargs) if guarded else ""
            if guarded and look_up:
                answer = intents.find_answer(
                    opened.connection, caller.intent_owner, intent.key, intent.operation, request_hash
                )
                if answer is not None:
                    return answer[0]
            tx = Transaction(opened.connection, opened.now, caller, self.settings, intent.trace_id)
            result = intent.operation(tx, *intent.args, **intent.kwargs)
            if self.dry_run:
                return result
            if guarded:
                self._save_answer(intent, opened, caller, request_hash, result)
            opened.commit()
        if intent.access.writes:
            self.after_commit(tx.recorded)
        return result

    def _admit(self, caller: Caller, intent: _Intent) -> None:
        permission = intent.access.permission
        if permission is not None and permission in caller.stale:
            raise SignInFirst(
                "Sign in again.",
                why=f"{permission} needs a fresh sign-in, and yours is too old",
                hint="micromart auth login",
            )
        if permission is not None and permission not in caller.permissions:
            if not caller.signed_in:
                raise SignInFirst(
                    "Sign in first.",
                    why=f"this needs the permission {permission}",
                    hint="micromart auth login",
                )
            raise NotAllowed(
                "You may not do this.",
                why=f"it needs the permission {permission}; {caller.actor} lacks it",
                hint="ask an admin: micromart user grant",
            )
        self.rate_limit.check(caller)

    def _save_answer(
        self, intent: _Intent, opened: OpenTransaction, caller: Caller, request_hash: str, result: Any
    ) -> None:
        intents.save_answer(
            opened.connection,
            caller.intent_owner,
            intent.key,
            intent.operation,
            request_hash,
            result=result,
            trace_id=intent.trace_id,
            at=opened.now,
        )

    def _note(self, intent: _Intent, outcome: str, seconds: float, retries: int) -> None:
        name = name_of(intent.operation)
        self.metrics.note(name, outcome, seconds, retries)
        if _log.isEnabledFor(logging.INFO):
            facts = {
                "event.action": name,
                "event.outcome": outcome,
                "event.duration": int(seconds * 1e9),
                "trace.id": intent.trace_id,
                "retries": retries,
            }
            _log.info("%s %s", name, outcome, extra=facts)


class _Again(Exception):
    """The attempt failed in a way that another attempt may mend; `told` is for the caller when none did."""

    def __init__(self, told: MicroMartError) -> None:
        super().__init__(told.message)
        self.told = told


class UnknownOutcome(Unavailable):
    """The database was lost at the commit and did not come back: it may or may not have happened."""

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
    if not isinstance(error, DBAPIError):
        return False
    refused = "connection failed" in str(error.orig)
    return is_lost_race(error) or (is_lost_connection(error) and not refused)


def _pause(attempt: int) -> None:
    time.sleep(random.uniform(0, min(LONGEST_PAUSE, FIRST_PAUSE * 2**attempt)))  # noqa: S311  # jitter, not a secret
