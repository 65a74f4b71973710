"""Moments as people at this terminal read them: in its zone, the nearer the shorter."""

from datetime import datetime


def time_words(moment: datetime) -> str:
    """Write the time of a day, 14:03."""
    return f"{moment.astimezone():%H:%M}"


def day_words(moment: datetime, now: datetime) -> str:
    """Write a day: `today 14:03`, `yesterday 09:10`, `12 November`, `12 November 2024`."""
    day, today = moment.astimezone(), now.astimezone()
    age = (today.date() - day.date()).days
    if age in (0, 1):
        return f"{'yesterday' if age else 'today'} {day:%H:%M}"
    return f"{day.day} {day:%B}" + ("" if day.year == today.year else f" {day.year}")


def brief_words(moment: datetime, now: datetime) -> str:
    """Write a moment in a column: `14:03` of today, `12 nov`, `nov 2024`."""
    day, today = moment.astimezone(), now.astimezone()
    if day.date() == today.date():
        return f"{day:%H:%M}"
    return f"{day.day} {day:%b}".lower() if day.year == today.year else f"{day:%b %Y}".lower()


def age_words(moment: datetime, now: datetime) -> str:
    """Write how long ago something was, in its largest unit: `2 m`, `3 h`, `12 d`."""
    seconds = max(0, (now - moment).total_seconds())
    for unit, length in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds >= length:
            return f"{seconds // length:.0f} {unit}"
    return "now"


def long_words(seconds: float) -> str:
    """Write how long something takes, in the unit that leaves few digits: `40 s`, `90 m`, `30 h`, `3 d`."""
    for unit, length in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length:.0f} {unit}"
    return f"{seconds:.0f} s"
