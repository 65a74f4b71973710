"""Money and dates the way the shop's place writes them; babel is loaded with the first of them."""

from datetime import datetime
from decimal import Decimal
from functools import cache

from micromart_core.money import Money

_FALLBACK = "en_US"


@cache
def known_locale(name: str) -> str:
    """Return the locale, or American English for a name nobody knows: a misspelt setting must not stop a letter."""
    from babel import Locale, UnknownLocaleError

    try:
        return str(Locale.parse(name.replace("-", "_")))
    except (UnknownLocaleError, ValueError):
        return _FALLBACK


def write_money(money: Money, locale: str) -> str:
    """Write an amount with its currency, `$4.50`."""
    from babel.numbers import format_currency

    return format_currency(Decimal(str(money)), money.currency, locale=locale)


def write_date(moment: datetime, locale: str) -> str:
    """Write a day in words, `January 1, 2026`."""
    from babel.dates import format_date

    return format_date(moment, "long", locale=locale)


def write_country(code: str, locale: str) -> str:
    """Write a country's name, or its code when nobody knows it."""
    from babel import Locale

    return str(Locale.parse(locale).territories.get(code, code))
