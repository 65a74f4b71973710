"""What a setting's value must be beyond its type."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from micromart_core.money import digits_of
from micromart_core.settings import Settings

_CURRENCY = re.compile(r"[A-Z]{3}")
_HOST_AND_PORT = re.compile(r"(\[[0-9a-fA-F:]+\]|[^\s:\[\]]+):[0-9]{1,5}")
_MAILBOX = re.compile(r"[^\s<>@,;]+@[^\s<>@,;]+|[^<>\r\n]*<[^\s<>@,;]+@[^\s<>@,;]+>")
_LEVELS = ("debug", "info", "warning", "error")
_TOKEN_STORES = ("auto", "file", "memory")
_LONGEST_HOLD = 60 * 24 * 30
_HIGHEST_AMOUNT = 10**9
Rule = tuple[Callable[[Any], bool], str]


def _between(low: float, high: float) -> Rule:
    return (lambda value: low <= value <= high), f"it must be {low:g} to {high:g}"


def is_address(text: str) -> bool:
    """Return whether a text is an IP address: such as `shop.on_behalf_of` takes."""
    from ipaddress import ip_address

    try:
        return bool(ip_address(text))
    except ValueError:
        return False


def _is_network(text: str) -> bool:
    from ipaddress import ip_network

    try:
        return bool(ip_network(text))
    except ValueError:
        return False


_MINUTES: Rule = (
    (lambda value: 0 < value <= _LONGEST_HOLD),
    f"it must be more than 0 and at most {_LONGEST_HOLD} minutes",
)
_SECONDS = _between(1, 3600)
_AMOUNT = _between(0, _HIGHEST_AMOUNT)
_RULES: dict[str, Rule] = {
    "shop.currency": (lambda value: bool(_CURRENCY.fullmatch(value)), "it must be three capital letters"),
    "shop.tax_percent": _between(0, 100),
    "shop.shipping": _AMOUNT,
    "shop.free_shipping_from": _AMOUNT,
    "holds.minutes": _MINUTES,
    "holds.limit_minutes": _MINUTES,
    "cart.max_units": _between(1, 1_000_000),
    "cart.max_lines": _between(1, 1_000),
    "cart.hoarding_pause_seconds": _between(0, 86_400),
    "database.pool_size": _between(1, 1_000),
    "database.timeout_seconds": _SECONDS,
    "broker.timeout_seconds": _SECONDS,
    "mail.timeout_seconds": _SECONDS,
    "mail.sender": (
        lambda value: bool(_MAILBOX.fullmatch(value)),
        "it must be an address, such as Shop <shop@example.org>",
    ),
    "shop.staff_email": (
        lambda value: not value or bool(_MAILBOX.fullmatch(value)),
        "it must be an address, such as staff@example.org",
    ),
    "identity.token_store": (lambda value: value in _TOKEN_STORES, f"it must be one of {', '.join(_TOKEN_STORES)}"),
    "redis.timeout_ms": _between(1, 10_000),
    "limits.operations_per_minute": _between(0, 1_000_000),
    "daemon.listen": (
        lambda value: not value or bool(_HOST_AND_PORT.fullmatch(value)),
        "it must be HOST:PORT, such as 127.0.0.1:9464",
    ),
    "gateway.listen": (
        lambda value: bool(_HOST_AND_PORT.fullmatch(value)),
        "it must be HOST:PORT, such as 127.0.0.1:9480",
    ),
    "gateway.requests_per_minute": _between(1, 1_000_000),
    "gateway.max_body_kib": _between(1, 65_536),
    "gateway.request_seconds": _between(1, 300),
    "gateway.workers": _between(1, 64),
    "gateway.threads": _between(1, 64),
    "gateway.connections": _between(1, 100_000),
    "gateway.connections_per_source": _between(1, 100_000),
    "gateway.carts_per_source": _between(1, 100_000),
    "gateway.metrics_listen": (
        lambda value: not value or bool(_HOST_AND_PORT.fullmatch(value)),
        "it must be HOST:PORT, such as 127.0.0.1:9481",
    ),
    "ssh.listen": (
        lambda value: bool(_HOST_AND_PORT.fullmatch(value)),
        "it must be HOST:PORT, such as 127.0.0.1:9422",
    ),
    "ssh.sessions": _between(1, 10_000),
    "ssh.waiting": _between(0, 10_000),
    "ssh.sessions_per_source": _between(1, 10_000),
    "ssh.sessions_per_key": _between(1, 10_000),
    "ssh.operations_per_minute": _between(1, 1_000_000),
    "ssh.idle_minutes": _MINUTES,
    "shop.on_behalf_of": (lambda value: not value or is_address(value), "it must be an address, such as 203.0.113.9"),
    "web.listen": (
        lambda value: bool(_HOST_AND_PORT.fullmatch(value)),
        "it must be HOST:PORT, such as 127.0.0.1:9490",
    ),
    "web.trusted_proxies": (
        lambda value: all(_is_network(part.strip()) for part in value.split(",")),
        "it must be addresses or networks, such as 127.0.0.1,10.0.0.0/8",
    ),
    "web.sessions": _between(1, 1_000),
    "web.sessions_per_source": _between(1, 1_000),
    "web.idle_minutes": _between(1, 1_440),
    "web.keep_minutes": _between(0, 1_440),
    "daemon.niceness": _between(0, 19),
    "daemon.log_level": (lambda value: value in _LEVELS, f"it must be one of {', '.join(_LEVELS)}"),
}


def broken_rule(name: str, value: object) -> str | None:
    """Say which rule a value breaks, None when it may stand."""
    if value is None:
        return None
    if isinstance(value, Decimal) and not value.is_finite():
        return "it must be a number"
    if isinstance(value, str) and not value.isprintable():
        return "it must be one line that can be printed"
    holds, told = _RULES.get(name, (lambda _: True, ""))
    return None if holds(value) else told


def broken_together(settings: Settings) -> tuple[str, str] | None:
    """Return the name of a setting that does not go with another one, and why; None when all go together."""
    shop = settings.shop
    digits = digits_of(shop.currency)
    for name in ("shipping", "free_shipping_from"):
        amount = getattr(shop, name)
        if amount is not None and amount != round(amount, digits):
            return f"shop.{name}", f"{amount} is no amount of {shop.currency}, which has {digits} decimals"
    return None
