"""Messages that somebody with the right to publish lays into a queue to stop whoever reads it."""

from dataclasses import dataclass
from struct import pack

from amqp.basic_message import Message
from kombu import Connection

from micromart_core.adapters.rabbitmq.topology import DEAD, queue_name

PLAIN = b"\0\0"
"""The properties of a message that has none."""
_HEADERS, _CONTENT_TYPE, _CONTENT_ENCODING, _TIMESTAMP = 0x2000, 0x8000, 0x4000, 0x0040
_PUBLISH = (60, 40)


@dataclass(frozen=True)
class Hostile:
    """What lies in a queue, byte for byte; the body's `%s` is a number, so that each may be told apart."""

    name: str
    body: bytes
    properties: bytes = PLAIN

    def __str__(self) -> str:
        return self.name


class _Written(Message):
    """A message whose properties are sent as they are, however wrong."""

    properties_sent = PLAIN

    def _serialize_properties(self) -> bytes:
        return self.properties_sent


def lays(url: str, message: Hostile, service: str = "carts", *, dead: bool = False) -> None:
    """Lay a message into a service's queue, or into its dead-letter queue, past everybody."""
    sent = _Written(message.body)
    sent.properties_sent = message.properties
    with Connection(url) as connection:
        channel = connection.channel()
        target = (DEAD.name, service) if dead else ("", queue_name(service))
        channel.basic_publish_confirm(sent, *target)


def lays_by_key(url: str, body: bytes, exchange: str, routing_key: bytes) -> None:
    """Publish with a routing key that is no text."""
    arguments = b"\0\0" + _short(exchange.encode()) + _short(routing_key) + b"\0"
    with Connection(url) as connection:
        channel = connection.channel()
        channel.connection.frame_writer(1, channel.channel_id, _PUBLISH, arguments, Message(body))


def envelope(chime: str = "hostile", **changed: str) -> bytes:
    """Write an event by hand; each keyword is the JSON of one field."""
    fields = {
        "id": '"evt_1f"',
        "type": '"test.chime_rung"',
        "at": '"2026-01-01T00:00:00Z"',
        "key": '"k"',
        "trace_id": '"t"',
        "data": f'{{"chime":"{chime}"}}',
    } | changed
    return ("{" + ",".join(f'"{name}":{value}' for name, value in fields.items()) + "}").encode()


def _short(text: bytes) -> bytes:
    return bytes([len(text)]) + text


def _long(text: bytes) -> bytes:
    return b"S" + pack(">I", len(text)) + text


def _table(*items: tuple[bytes, bytes]) -> bytes:
    inside = b"".join(_short(key) + value for key, value in items)
    return pack(">I", len(inside)) + inside


def _array(*items: bytes) -> bytes:
    inside = b"".join(items)
    return b"A" + pack(">I", len(inside)) + inside


def _headers(*items: tuple[bytes, bytes]) -> bytes:
    return pack(">H", _HEADERS) + _table(*items)


def _deep(levels: int) -> bytes:
    value = _long(b"x")
    for _ in range(levels):
        value = b"F" + _table((b"a", value))
    return value


_NUL, _LONE, _MEGABYTE = '"evt_\\u0000"', '"evt_\\ud800"', '"evt_' + "x" * 1_000_000 + '"'
NO_EVENTS = [
    Hostile("NUL in the id", envelope(id=_NUL)),
    Hostile("NUL in the type", envelope(type='"test.chime_rung\\u0000"')),
    Hostile("NUL in the key", envelope(key=_NUL)),
    Hostile("NUL in the trace id", envelope(trace_id='"\\u0000"')),
    Hostile("a lone surrogate in the id", envelope(id=_LONE)),
    Hostile("a lone surrogate in the key", envelope(key=_LONE)),
    Hostile("an id of a megabyte", envelope(id=_MEGABYTE)),
    Hostile("a key of a megabyte", envelope(key=_MEGABYTE)),
    Hostile("a trace id of three thousand", envelope(trace_id='"' + "a" * 3_000 + '"')),
    Hostile("a type of three thousand", envelope(type='"' + "a." * 1_500 + 'a"')),
    Hostile("an escape sequence in the id", envelope(id='"evt_\\u001b[2J"')),
    Hostile("a line break in the type", envelope(type='"a.b\\r\\nBcc: x"')),
    Hostile("an id of another kind", envelope(id='"ord_0198c0de"')),
    Hostile("an id with a quote", envelope(id='"evt_1\' OR 1=1"')),
    Hostile("an empty id", envelope(id='""')),
    Hostile("a moment without a zone", envelope(at='"2026-01-01T00:00:00"')),
    Hostile("a moment before all others", envelope(at='"0001-01-01T00:00:00+14:00"')),
    Hostile("data that is no object", envelope(data="[1]")),
    Hostile("data that is no UTF-8", envelope(data="{}").replace(b"{}", b'{"x":"\xff"}')),
    Hostile("data in data in data", envelope(data='{"a":' * 50_000 + "1" + "}" * 50_000)),
    Hostile("bytes", bytes(range(256))),
    Hostile("NUL bytes", b"\0" * 1_000),
    Hostile("nothing", b""),
    Hostile("UTF-7 that becomes a lone surrogate", b"+2AA-", pack(">H", _CONTENT_ENCODING) + _short(b"utf-7")),
    Hostile("UTF-16 by its name", b"\xd8\x00", pack(">H", _CONTENT_ENCODING) + _short(b"utf-16-be")),
]
"""What could not be one of the shop's events."""
ODD_PROPERTIES = {
    "a content type that is no text": pack(">H", _CONTENT_TYPE) + _short(b"\xff\xfe"),
    "a content encoding that is no text": pack(">H", _CONTENT_ENCODING) + _short(b"\xff"),
    "a content encoding that nobody knows": pack(">H", _CONTENT_ENCODING) + _short(b"klingon"),
    "a moment beyond all time": _headers((b"at", b"T" + pack(">Q", 2**63))),
    "a timestamp beyond all time": pack(">HQ", _TIMESTAMP, 2**64 - 1),
    "headers in headers in headers": _headers((b"deep", _deep(3_000))),
    "a header whose name is no text": _headers((b"\xff", _long(b"\xff"))),
    "x-death is text": _headers((b"x-death", _long(b"boo"))),
    "x-death is a number": _headers((b"x-death", b"I" + pack(">i", 3))),
    "x-death is a list of texts": _headers((b"x-death", _array(_long(b"boo")))),
    "x-death is an empty list": _headers((b"x-death", _array())),
    "x-death with a reason of NUL": _headers((b"x-death", _array(b"F" + _table((b"reason", _long(b"a\0b")))))),
    "x-death with a reason of 50,000": _headers((b"x-death", _array(b"F" + _table((b"reason", _long(b"a" * 50_000)))))),
    "x-death with a reason in a list": _headers((b"x-death", _array(b"F" + _table((b"reason", _array()))))),
    "x-delivery-count is text": _headers((b"x-delivery-count", _long(b"boo"))),
    "x-delivery-count beyond all numbers": _headers((b"x-delivery-count", b"l" + pack(">q", 10**18))),
    "x-delivery-count below zero": _headers((b"x-delivery-count", b"l" + pack(">q", -3))),
}
"""Properties that a library or a careless reader stumbles over, on whatever body."""
_HEADERS_AND_EXPIRATION = 0x2100
EXPIRING = [
    Hostile(name, envelope(), pack(">H", _HEADERS_AND_EXPIRATION) + properties[2:] + _short(b"100"))
    for name, properties in ODD_PROPERTIES.items()
    if name.startswith("x-death")
]
"""What RabbitMQ would dead-letter by itself after 0.1 s, had its queue dead-lettering."""
