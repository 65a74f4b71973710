"""How text becomes words: the same folding for what is stored and what is searched, so that both databases agree."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

MOST_WORDS = 8
"""Words of one search; the rest is left out."""
LONGEST_WORD = 40
LONGEST_QUERY = 400
_WORD = re.compile(r"[^\W_]+")
_SHORTEST_SPELT, _LONGEST_SPELT = 3, 20
"""Only words of this length are offered as what was meant; shorter ones resemble too much."""


def fold(text: str) -> str:
    """Return the words of a text in lower case, without accents and punctuation, with one blank between them."""
    letters = text if text.isascii() else _without_marks(text)
    return " ".join(_WORD.findall(letters.casefold()))


def distinct_words(*texts: str) -> str:
    """Return each word of some texts once, folded, in order of appearance."""
    return " ".join(dict.fromkeys(fold(" ".join(texts)).split()))


def query_words(query: str) -> tuple[str, ...]:
    """Return the words to search for; none when the query has no letter or digit."""
    words = fold(query[:LONGEST_QUERY]).split()[:MOST_WORDS]
    return tuple(word[:LONGEST_WORD] for word in words)


def is_spelt(word: str) -> bool:
    """True when a word may be offered as what was meant."""
    return _SHORTEST_SPELT <= len(word) <= _LONGEST_SPELT and word.isalpha()


def spelt_words(*texts: str) -> set[str]:
    """Return the words of some texts that may be offered as what was meant."""
    return {word for word in fold(" ".join(texts)).split() if is_spelt(word)}


def spellings(word: str) -> frozenset[str]:
    """Return the word, and the word with any one letter left out: two words a slip apart share one of these."""
    return frozenset({word, *(word[:cut] + word[cut + 1 :] for cut in range(len(word)))})


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that takes the fewest slips to become `word`, the first in the alphabet when several do."""
    return min(known, key=lambda candidate: (_slips(word, candidate), candidate), default=None)


def _without_marks(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.encode(errors="ignore").decode())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def _slips(typed: str, meant: str) -> int:
    """Count letters to insert, delete, replace or swap with their neighbour."""

    @cache
    def between(left: int, right: int) -> int:
        if not left or not right:
            return left or right
        same = typed[left - 1] == meant[right - 1]
        fewest = min(
            between(left - 1, right) + 1, between(left, right - 1) + 1, between(left - 1, right - 1) + (not same)
        )
        swapped = left > 1 and right > 1 and typed[left - 2 : left] == meant[right - 2 : right][::-1]
        return min(fewest, between(left - 2, right - 2) + 1) if swapped else fewest

    return between(len(typed), len(meant))
