"""Money: whole minor units and an ISO 4217 currency code, never a float."""

import re
from decimal import ROUND_HALF_UP, Decimal

from msgspec import Struct

from micromart_core.errors import InvalidValue

_DIGITS = {  # ISO 4217 minor units that are not two; checked against babel's data in the tests
    "BHD": 3, "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "IQD": 0, "ISK": 0, "JOD": 3, "JPY": 0,
    "KMF": 0, "KRW": 0, "KWD": 3, "LYD": 3, "OMR": 3, "PYG": 0, "RWF": 0, "TND": 3, "UGX": 0,
    "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
}  # fmt: skip
LARGEST = 10**12
_AMOUNT = re.compile(r"[+-]?[0-9]{1,16}(\.[0-9]{0,16})?")
"""No exponents: 1e-99999 would be nothing at all, and a product free."""


def digits_of(currency: str) -> int:
    """Return how many digits the currency has after the point."""
    return _DIGITS.get(currency, 2)


class Money(Struct, frozen=True, order=True):
    """An amount in minor units (cents) of one currency."""

    amount: int
    currency: str

    @classmethod
    def parse(cls, text: str, currency: str) -> "Money":
        """Read `19.00`; raise InvalidValue for what is no amount, has too many digits or is out of range."""
        if not _AMOUNT.fullmatch(text):
            raise InvalidValue(
                f"“{text[:40]}” is not an amount of money.", why="it is no decimal number", hint="write it like 19.00"
            )
        minor = Decimal(text).scaleb(digits_of(currency))
        if abs(minor) > LARGEST or minor != minor.to_integral_value():
            raise InvalidValue(
                f"“{text}” is not an amount of {currency}.",
                why=f"{currency} has {digits_of(currency)} decimals",
                hint=f"write it like {cls(1900, currency)}",
            )
        return cls(int(minor), currency)

    def __str__(self) -> str:
        """Return the plain decimal, `19.00`, as JSON and CSV carry it."""
        digits = digits_of(self.currency)
        return f"{Decimal(self.amount).scaleb(-digits):.{digits}f}"

    def __add__(self, other: "Money") -> "Money":
        """Add two amounts of the same currency."""
        self._same(other)
        return Money(self.amount + other.amount, self.currency)

    def __mul__(self, times: int) -> "Money":
        """Multiply by a whole number."""
        return Money(self.amount * times, self.currency)

    def percent(self, rate: Decimal) -> "Money":
        """Return `rate` percent of this, rounded half up to a minor unit."""
        return Money(_whole(self.amount * rate / 100), self.currency)

    def percent_within(self, rate: Decimal) -> "Money":
        """Return the part of this that is `rate` percent tax already inside it, rounded half up."""
        return Money(_whole(self.amount * rate / (100 + rate)), self.currency)

    def _same(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise InvalidValue(
                f"{self.currency} and {other.currency} cannot be added.",
                why="a shop has one currency, and something is priced in another",
                hint="give the product a price anew: micromart product update SKU",
            )


def _whole(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))
