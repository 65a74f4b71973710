"""Asks what a shop behind its gateway does with accounts: POST /v1/accounts/{verb}."""

from typing import Any

import msgspec

from micromart_core.adapters.remote.wire import Question, Wire, headers_of, read_json
from micromart_core.identity import Credentials
from micromart_core.ids import new_id, new_trace_id

_NOBODY = Credentials()
_HARMLESS = frozenset(
    {"session", "sign-out", "enter", "leave", "sign-in-client", "grant", "revoke", "list-clients"},
)
"""Twice is the same as once."""
_GUARDED = frozenset({"create-client", "remove-client"})
"""Done once under one key."""
_IF_LOST = {
    "sign-in": "sign in again: a session whose token was lost opens nothing here, and ends by itself",
    "register": "look for a letter with a code; without one, register again",
    "verify": "try to sign in: if that is refused, use the same code again",
    "recover": "look for a letter with a code; without one, ask again",
    "reset": "try to sign in with the new password: if that is refused, use the same code again",
    "create-client": "micromart user automation list tells whether it was made; then remove it, and make it anew",
    "remove-client": "micromart user automation list tells whether it is still there",
}
"""What a person does when nobody knows whether a verb was heard."""


class Desk:
    """The accounts at the other end of a wire."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def ask(
        self, verb: str, form: object, kind: Any, credentials: Credentials = _NOBODY, *, dry_run: bool = False
    ) -> Any:
        """Return what a verb answers, as its type; raise what the shop refuses, or OutcomeUnknown."""
        trace_id, key = new_trace_id(), new_id("key") if verb in _GUARDED else ""
        headers = headers_of(credentials, trace_id)
        if key:
            headers["Idempotency-Key"] = key
        if dry_run:
            headers["Dry-Run"] = "true"
        question = Question(
            f"/v1/accounts/{verb}",
            msgspec.json.encode(form),
            headers,
            key=key,
            if_lost=_IF_LOST.get(verb, ""),
            is_harmless=dry_run or verb in _HARMLESS,
            trace_id=trace_id,
        )
        return read_json(self._wire.post(question), kind, self._wire.url)
