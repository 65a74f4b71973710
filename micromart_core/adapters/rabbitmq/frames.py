"""What RabbitMQ carries and the library cannot read is made readable: it would come again and again, for good."""

from collections.abc import Callable
from struct import pack, unpack_from
from typing import Any

from amqp import spec
from amqp.basic_message import Message
from amqp.method_framing import frame_handler

UNREADABLE = "micromart-unreadable"
"""The one header of a message whose properties the library could not read."""
_METHOD, _HEADER = 1, 2
_METHOD_BYTES, _TAG_BYTES = 4, 9
"""Bytes of a method's number, and of a delivery's tag with the bit after it (AMQP 0-9-1, 4.2.4 and basic.deliver)."""
_SIZE_BYTES = 12
"""Bytes of a content header before its properties: class, weight, and size of the body (AMQP 0-9-1, 4.2.6.1)."""
_NO_NAMES = b"\0\0"
_Frame = tuple[int, int, Any]


def readable_frames(connection: Any, callback: Callable[..., Any]) -> Callable[[_Frame], bool]:
    """Make the library's reader of frames, with what it would break on taken out."""
    read: Callable[[_Frame], bool] = frame_handler(connection, callback)

    def read_any(frame: _Frame) -> bool:
        kind, channel, payload = frame
        if kind == _METHOD:
            payload = _with_readable_key(payload)
        try:
            return read((kind, channel, payload))
        except Exception:
            if kind != _HEADER or _has_readable_properties(payload):
                raise
            return read((kind, channel, bytes(payload[:_SIZE_BYTES]) + _ONE_HEADER))

    return read_any


def _with_readable_key(payload: Any) -> Any:
    """Return a method; a delivery without the names of its exchange and its routing key when they are no text."""
    if unpack_from(">HH", payload) != spec.Basic.Deliver:
        return payload
    names = _METHOD_BYTES + 1 + payload[_METHOD_BYTES] + _TAG_BYTES
    return payload if _is_text(payload[names:]) else bytes(payload[:names]) + _NO_NAMES


def _is_text(names: Any) -> bool:
    try:
        bytes(names).decode()
    except UnicodeDecodeError:
        return False
    return True


def _has_readable_properties(payload: Any) -> bool:
    """Tell whether the library can read a content header. To ask it of each one would be to read each one twice."""
    try:
        Message().inbound_header(payload)
    except Exception:  # noqa: BLE001  # whatever the library says of bytes that anybody may have written
        return False
    return True


def _mark() -> bytes:
    """Return properties that hold the header UNREADABLE alone."""
    name = UNREADABLE.encode()
    table = bytes([len(name)]) + name + b"t\1"
    return pack(">HI", 0x2000, len(table)) + table


_ONE_HEADER = _mark()
