"""What a command line left behind."""

import json
from dataclasses import dataclass


@dataclass(frozen=True)
class Ran:
    """What a command line left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)

    @property
    def error(self):
        return json.loads(self.err.splitlines()[-1])["error"]

    @property
    def lines(self):
        return [json.loads(line) for line in self.out.splitlines()]
