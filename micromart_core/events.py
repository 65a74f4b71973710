"""What an event is, and how it travels as JSON."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

import msgspec
from msgspec import Struct

from micromart_core.errors import InvalidValue

LARGEST = 1024 * 1024
"""Bytes of an envelope at most; the shop's largest event, an order of 50 lines, has some 30,000."""
_SHAPES = {
    "id": re.compile(r"evt_[0-9A-Za-z_-]{1,64}"),
    "type": re.compile(r"(?=.{1,64}\Z)[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+"),
    "key": re.compile(r"[^\x00-\x1f\x7f-\x9f\ud800-\udfff]{1,256}"),
    "trace_id": re.compile(r"[0-9A-Za-z_-]{1,64}"),
}
"""What the texts of an envelope look like, with room for what a later release may write."""
_YEARS = range(2000, 9999)


@dataclass(frozen=True, kw_only=True)
class Event:
    """A fact that has happened; `key` names the field whose value orders the events of one thing."""

    name: ClassVar[str]
    key_field: ClassVar[str]
    by_name: ClassVar[dict[str, type["Event"]]] = {}

    def for_the_log(self) -> Mapping[str, str | int | float]:
        """Return what a log may tell of it beside its type and key; an address, a name or a secret never."""
        return {}

    def __init_subclass__(cls, *, name: str, key: str, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if name in Event.by_name:
            raise TypeError(f"two events are called {name}")
        cls.name, cls.key_field = name, key
        Event.by_name[name] = cls


class Envelope(Struct, frozen=True):
    """An event on its way: `{id, type, at, key, trace_id, data}`."""

    id: str
    type: str
    at: datetime
    key: str
    trace_id: str
    data: msgspec.Raw

    def to_json(self) -> bytes:
        """Write the envelope as it goes over the wire."""
        return msgspec.json.encode(self)

    @classmethod
    def from_json(cls, body: bytes) -> "Envelope":
        """Read an envelope; raise InvalidValue when it could not be one that a shop wrote."""
        if len(body) > LARGEST:
            raise _no_envelope(f"it has {len(body):,} bytes; {LARGEST:,} are allowed")
        try:
            body.decode()
            envelope = msgspec.json.decode(body, type=cls)
            msgspec.json.decode(envelope.data, type=dict[str, Any])
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise _no_envelope(str(error)) from error
        _check(envelope)
        return envelope

    def event(self) -> Event | None:
        """Return the event inside, None when its type is unknown here; raise InvalidValue when it is malformed."""
        event_type = Event.by_name.get(self.type)
        if event_type is None:
            return None
        try:
            return msgspec.json.decode(self.data, type=event_type)
        except (msgspec.MsgspecError, RecursionError) as error:
            raise InvalidValue(
                f"This {self.type} event is malformed.", why=str(error), hint="micromart dead list"
            ) from error


def _check(envelope: Envelope) -> None:
    """Raise InvalidValue for a text or a moment that no shop writes: a database may refuse it, a terminal obey it."""
    for name, shape in _SHAPES.items():
        if not shape.fullmatch(getattr(envelope, name)):
            raise _no_envelope(f"its {name} looks like none of a shop's")
    if envelope.at.tzinfo is None or envelope.at.year not in _YEARS:
        raise _no_envelope("its moment has no time zone, or is not of this age")


def _no_envelope(why: str) -> InvalidValue:
    return InvalidValue("This is no event envelope.", why=why, hint="micromart dead list")


def seal(event: Event, *, event_id: str, at: datetime, trace_id: str) -> Envelope:
    """Put an event into its envelope."""
    key = str(getattr(event, event.key_field))
    return Envelope(event_id, event.name, at, key, trace_id, msgspec.Raw(msgspec.json.encode(event)))
