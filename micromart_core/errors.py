"""Every way MicroMart says no; the family of an error is the exit code of a script.

* MicroMartError    1   failed
  + InvalidValue    2   what was given cannot be meant
  + NotFound        3   the thing named does not exist
  + Refused         4   a rule of the shop forbids it now
  + Conflict        5   somebody changed it meanwhile, or the key was used for something else
  + SignInFirst     6   nobody is signed in, or the secret was wrong
  + NotAllowed      7   signed in, but without the permission
  + NothingToDo     8   there was nothing to do, and the caller wanted to know
  + PartlyDone      9   some rows were applied, others rejected
  + LockTaken      10   another run holds the lock
  + HoldEnded      11   the cart's hold has ended and could not be taken again
  + BadRows        65   rows of a file are wrong; nothing was applied
  + Unavailable    69   a needed service is down
  + TryAgain       75   busy, or too often; later it may work
"""

from typing import Any, ClassVar

_NO_FACTS = ("message", "why", "hint", "trace_id", "code")
_SHOWN = 3
"""How many bad rows an error's sentence names; the others are in its details."""
LONGEST_SENTENCE = 2_000
"""Signs of a sentence: as many as it takes to name fifty lines, the most a cart has, and what became of each."""


def as_sentence(clause: str) -> str:
    """Write a clause, as `why` and `hint` are, so that it can stand after a sentence; nothing stays nothing."""
    return clause and f"{clause[:1].upper()}{clause[1:]}{'' if clause.endswith(('.', '!', '?')) else '.'}"


def shortened(text: str, longest: int) -> str:
    """Cut out the middle of what is too long to be read: its ends say what it is."""
    half = longest // 2
    return text if len(text) <= longest else f"{text[:half]} … {text[-half:]}"


class MicroMartError(Exception):
    """An error a person is meant to read: what, why, and what to try; its other attributes are its facts."""

    exit_code: ClassVar[int] = 1
    code: ClassVar[str] = "failed"
    trace_id: str | None = None
    """The intent that was refused, once a gateway has seen it."""
    by_code: ClassVar[dict[str, type["MicroMartError"]]] = {}

    def __init__(self, message: str, *, why: str = "", hint: str = "") -> None:
        self.message, self.why, self.hint = (shortened(each, LONGEST_SENTENCE) for each in (message, why, hint))
        super().__init__(self.message)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "code" in vars(cls):
            MicroMartError.by_code[cls.code] = cls

    @property
    def sentences(self) -> str:
        """What and why, one after the other, for places with room for a line and no more."""
        if not self.why:
            return self.message
        return f"{self.message} {as_sentence(self.why)}"

    @property
    def details(self) -> dict[str, Any]:
        """The facts of the refusal, as a script may read them."""
        facts = {name: fact for name, fact in vars(self).items() if name not in _NO_FACTS}
        return {
            name: shortened(fact, LONGEST_SENTENCE) if isinstance(fact, str) else fact for name, fact in facts.items()
        }


class InvalidValue(MicroMartError):
    """What was given cannot be meant."""

    exit_code = 2
    code = "usage"


class NotFound(MicroMartError):
    """The thing named does not exist."""

    exit_code = 3
    code = "not_found"


class Refused(MicroMartError):
    """A rule of the shop forbids it now."""

    exit_code = 4
    code = "refused"


class Conflict(MicroMartError):
    """Somebody changed it meanwhile, or the idempotency key was used for something else."""

    exit_code = 5
    code = "conflict"


class SignInFirst(MicroMartError):
    """Nobody is signed in, or the secret was wrong."""

    exit_code = 6
    code = "sign_in_first"


class NotAllowed(MicroMartError):
    """The caller is signed in, but lacks the permission."""

    exit_code = 7
    code = "not_allowed"


class NothingToDo(MicroMartError):
    """There was nothing to do, and the caller wanted to know."""

    exit_code = 8
    code = "nothing_to_do"


class PartlyDone(MicroMartError):
    """Some rows were applied, others rejected."""

    exit_code = 9
    code = "partly_done"


class LockTaken(MicroMartError):
    """Another run holds the lock."""

    exit_code = 10
    code = "lock_taken"


class HoldEnded(MicroMartError):
    """The cart's hold has ended and could not be taken again."""

    exit_code = 11
    code = "hold.ended"


class BadRows(MicroMartError):
    """Rows of a file are wrong; nothing was applied. `rows` are pairs of row number and error."""

    exit_code = 65
    code = "bad_rows"

    def __init__(self, rows: tuple[tuple[int, str], ...]) -> None:
        self.rows = rows
        first = "; ".join(f"row {number}: {error.rstrip('.')}" for number, error in rows[:_SHOWN])
        more = f" (and {len(rows) - _SHOWN} more)" if len(rows) > _SHOWN else ""
        super().__init__(
            f"{len(rows)} bad {'row' if len(rows) == 1 else 'rows'}; nothing was applied.",
            why=first + more,
            hint="correct the rows and run it again",
        )


class Unavailable(MicroMartError):
    """A needed service is down."""

    exit_code = 69
    code = "unavailable"


class TryAgain(MicroMartError):
    """Busy, or asked too often; later it may work."""

    exit_code = 75
    code = "try_again"


class LostRace(TryAgain):
    """Another process was faster; the gateway runs the operation again before anybody sees this."""

    code = "lost_race"

    def __init__(self, what: str = "The shop is busy with just this.") -> None:
        super().__init__(what, why="others changed the same rows each time it was tried", hint="try again in a moment")
