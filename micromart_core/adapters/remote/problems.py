"""Makes the error again that a shop refused with: its type and its facts, from problem+json."""

from typing import Any, get_type_hints

import msgspec

from micromart_core.adapters.remote.refusals import family_of
from micromart_core.errors import LONGEST_SENTENCE, MicroMartError, shortened


class _Problem(msgspec.Struct):
    """What is read of a problem; whatever else it tells is left."""

    code: str
    detail: str
    exit_code: int = 1
    why: str | None = None
    hint: str | None = None
    facts: dict[str, Any] = {}
    trace_id: str | None = None


def error_of(body: bytes) -> MicroMartError | None:
    """Return the error that a problem tells, None when it is no problem of a shop."""
    try:
        problem = msgspec.json.decode(body, type=_Problem)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return None
    kind = MicroMartError.by_code.get(problem.code)
    told = {"message": problem.detail, "why": problem.why or "", "hint": problem.hint or ""}
    sentences = {name: shortened(text, LONGEST_SENTENCE) for name, text in told.items()}
    error = _restored(kind or family_of(problem.exit_code), sentences, problem.facts)
    error.trace_id = problem.trace_id
    if kind is None:
        vars(error)["code"] = problem.code[:LONGEST_SENTENCE]  # the family's error, by the name that the shop gives it
    return error


def _restored(kind: type[MicroMartError], sentences: dict[str, str], facts: dict[str, Any]) -> MicroMartError:
    hints = _hints_of(kind)
    known = {name: _typed(fact, hints.get(name)) for name, fact in facts.items() if not hasattr(MicroMartError, name)}
    error = kind.__new__(kind)
    Exception.__init__(error, sentences["message"])
    vars(error).update(known, **sentences)
    return error


def _typed(fact: Any, hint: Any) -> Any:
    """Return a fact as the type that the error's own constructor gives it; as it came, where that says nothing."""
    if hint is None:
        return fact
    try:
        return msgspec.convert(fact, hint, strict=False)
    except (msgspec.ValidationError, TypeError):
        return fact


def _hints_of(kind: type[MicroMartError]) -> dict[str, Any]:
    try:
        return get_type_hints(kind.__init__)
    except NameError:  # a hint that only type checkers can read
        return {}
