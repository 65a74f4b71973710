"""Moments as a person or a script gives them."""

from datetime import UTC, datetime

from micromart_core.errors import InvalidValue


def moment_of(option: str, text: str | None) -> datetime | None:
    """Read RFC 3339 or a date, in UTC when no zone is named; None for none; raise InvalidValue naming the option."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidValue(
            f"{option} “{text}” is no moment.",
            why="a moment is a date, or a date and time as in RFC 3339",
            hint=f"{option} 2026-03-01 or {option} 2026-03-01T09:30:00Z",
        ) from error
