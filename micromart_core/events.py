"""What an event is, and how it travels as JSON."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

import msgspec

from micromart_core.errors import InvalidValue


@dataclass(frozen=True, kw_only=True)
class Event:
    """A fact that has happened; `key` names the field whose value orders the events of one thing."""

    name: ClassVar[str]
    key_field: ClassVar[str]
    by_name: ClassVar[dict[str, type["Event"]]] = {}

    def __init_subclass__(cls, *, name: str, key: str, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if name in Event.by_name:
            raise TypeError(f"two events are called {name}")
        cls.name, cls.key_field = name, key
        Event.by_name[name] = cls


@dataclass(frozen=True, slots=True)
class Envelope:
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
        """Read an envelope; raise InvalidValue when it is malformed."""
        try:
            return msgspec.json.decode(body, type=cls)
        except (msgspec.MsgspecError, RecursionError) as error:
            raise InvalidValue("This is no event envelope.", why=str(error), hint="micromart dead list") from error

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


def seal(event: Event, *, event_id: str, at: datetime, trace_id: str) -> Envelope:
    """Put an event into its envelope."""
    key = str(getattr(event, event.key_field))
    return Envelope(event_id, event.name, at, key, trace_id, msgspec.Raw(msgspec.json.encode(event)))
