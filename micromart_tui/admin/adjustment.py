"""What is about to be done to stock: by how much or to which number, why, and the command it equals."""

import shlex
from collections.abc import Sequence
from typing import Self

from msgspec import Struct
from msgspec.structs import replace

from micromart_core.inventory.model import LARGEST_STOCK, OFFERED_REASONS, Sku, StockLevel
from micromart_tui.widgets.twin import command

OTHER = len(OFFERED_REASONS)
"""The place behind the offered reasons: one that is typed."""
REASONS = (*OFFERED_REASONS, "other")


class Adjustment(Struct, frozen=True):
    """A change, or a count, of one or more products."""

    number: int
    is_count: bool = False
    """True: `number` is what was counted; else it is how many more or fewer."""
    reason_at: int = 0
    own_reason: str = ""
    note: str = ""
    evicts: bool = False
    """True: the newest holds may be freed until it fits."""
    is_fresh: bool = True
    """True: the next digit begins another number."""

    @property
    def reason(self) -> str:
        """Why: an offered reason, or the one that was typed."""
        return self.own_reason if self.reason_at == OTHER else REASONS[self.reason_at]

    def stepped(self, by: int) -> Self:
        """Return it by so many more."""
        return self._with(self.number + by)

    def with_digit(self, digit: int) -> Self:
        """Return it with a digit typed behind the number, or in place of one that nobody typed."""
        sign = -1 if self.number < 0 else 1
        return self._with(sign * (digit if self.is_fresh else abs(self.number) * 10 + digit))

    def rubbed_out(self) -> Self:
        """Return it without the last digit."""
        sign = -1 if self.number < 0 else 1
        return self._with(sign * (abs(self.number) // 10))

    def with_next_reason(self, step: int) -> Self:
        """Return it for the reason before or behind."""
        return replace(self, reason_at=(self.reason_at + step) % len(REASONS))

    def after(self, level: StockLevel) -> int:
        """Return what would be on hand."""
        return self.number if self.is_count else level.on_hand + self.number

    def command_for(self, levels: Sequence[StockLevel]) -> str:
        """Return what is typed for it as the stock was seen; for several products a loop of the shell's own."""
        if len(levels) == 1:
            return command(*self._words(levels[0].sku), "--if-version", str(levels[0].version))
        named = shlex.join(level.sku for level in levels)  # a loop has one line for all: no version of any
        one = command(*self._words(Sku("SKU"))).replace(" SKU ", ' "$sku" ', 1)
        return f"for sku in {named}; do {one}; done"

    def _words(self, sku: Sku) -> list[str]:
        words = ["stock", "count", sku, str(self.number)] if self.is_count else ["stock", "adjust", sku, "--by"]
        words += [] if self.is_count else [f"{self.number:+d}"]
        words += ["--reason", self.reason]
        words += ["--note", self.note] if self.note else []
        return [*words, "--evict", "newest"] if self.evicts else words

    def _with(self, number: int) -> Self:
        least = 0 if self.is_count else -LARGEST_STOCK
        return replace(self, number=max(least, min(LARGEST_STOCK, number)), is_fresh=False, evicts=False)
