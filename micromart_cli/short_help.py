"""The help of the bare command, printed without importing any noun."""

from micromart_cli.nouns import ADMINISTRATION, OPERATIONS, SHOPPER

_HEAD = "usage: micromart NOUN VERB [ID..] [--flags]      micromart NOUN --help tells more"
_FLAGS = """\
flags, before or after the verb
  -o, --output FORMAT   table, json, jsonl, csv or ids; --json is short for -o json
  -q, --quiet           silent on success
  -v, -vv               log to stderr
  --color WHEN          auto, always or never
  --yes                 answer yes
  --lock NAME           leave with 10 when another run holds this lock
  --timeout 5m          leave with 75 when it takes longer
  --exit-nothing        leave with 8 when there was nothing to do
  --context NAME|URL    the shop of this gateway, instead of the one in use
  --version, --help"""


def short_help() -> str:
    """Return all nouns and global flags, in a screenful."""
    parts = [_HEAD]
    for title, nouns in (("shopping", SHOPPER), ("running the shop", ADMINISTRATION), ("operating it", OPERATIONS)):
        parts.append("\n".join([title, *(f"  {noun:<12}{meaning}" for noun, meaning in nouns.items())]))
    return "\n\n".join([*parts, _FLAGS]) + "\n"
