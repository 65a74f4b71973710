"""The nouns there are and what each is for, known without importing any of them."""

from difflib import get_close_matches

SHOPPER = {
    "shop": "open the storefront",
    "demo": "play a whole purchase on a throw-away shop",
    "search": "find products by words",
    "product": "browse the catalogue, and keep it",
    "cart": "what is held for you",
    "checkout": "order what is in the cart",
    "order": "your orders; for staff, everybody's",
    "auth": "sign in and out, register, recover",
    "profile": "your name and e-mail",
    "address": "where your orders go",
}
ADMINISTRATION = {
    "admin": "open the admin desk on the whole terminal",
    "category": "the shelves of the catalogue",
    "stock": "what is on hand, and every change of it",
    "user": "people, their roles, scripts that sign in",
    "mail": "letters the shop wrote",
    "audit": "who did what",
    "stats": "sales, stock and carts in numbers",
}
OPERATIONS = {
    "db": "upgrade, check, seed, back up, restore",
    "job": "run what a daemon or cron runs",
    "event": "events and their delivery",
    "dead": "events nobody could take in",
    "trace": "what came of one keypress or verb",
    "config": "settings and where they come from",
    "context": "shops elsewhere, and which one is in use",
    "doctor": "what is wrong, and how to mend it",
    "drill": "a rush of made-up shoppers, in a copy of the shop",
    "schema": "the JSON Schema of every shape",
    "completion": "completion for bash, zsh or fish",
    "help": "help on a topic: permissions, exit-codes",
}
BESIDE_THE_DATABASE = frozenset({"db", "job", "event", "dead", "doctor", "drill", "trace"})
"""Nouns whose verbs need the database itself: through a gateway there are none of them."""
NOUNS = SHOPPER | ADMINISTRATION | OPERATIONS


def nearest_noun(word: str) -> str | None:
    """Return the noun that was probably meant."""
    return next(iter(get_close_matches(word, NOUNS, n=1)), None)
