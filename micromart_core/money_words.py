"""Money as people read it: $28.50."""

_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}


def money_words(amount: str, currency: str) -> str:
    """Write an amount with the sign of its currency, or after it the code of one that has none."""
    symbol = _SYMBOLS.get(currency)
    if symbol is None:
        return f"{amount} {currency}"
    return f"-{symbol}{amount[1:]}" if amount.startswith("-") else f"{symbol}{amount}"
