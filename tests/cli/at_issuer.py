"""The command line at the real Keycloak: what a script does, and the person who approves beside it."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.cli.ran import Ran
from tests.home_elsewhere import HomeElsewhere

PATIENCE = 90


def settings_of(keycloak) -> dict[str, str]:
    """What a host is told of the issuer."""
    return {
        "MICROMART_IDENTITY__ISSUER": keycloak.issuer,
        "MICROMART_IDENTITY__CORE_CLIENT_SECRET": keycloak.core[1],
    }


class DeviceLogin:
    """A verb that waits, in a process of its own, until somebody approved the code it shows."""

    def __init__(self, *words: str, env: dict[str, str], elsewhere: HomeElsewhere | None = None) -> None:
        line = ["auth", *(words or ("login",)), "--json"]
        given = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), **env}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "micromart_cli.main", *line],
            env=given | (elsewhere.asked(line, given) if elsewhere else {}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.first = self._first_words()

    @property
    def link(self) -> str:
        return self.first["verification_uri_complete"]

    def finish(self) -> Ran:
        out, err = self.process.communicate(timeout=PATIENCE)
        return Ran(self.process.returncode, out, err)

    def _first_words(self) -> dict:
        """The line of JSON; what comes before it tells of a new shop."""
        for line in self.process.stderr:
            if line.startswith("{"):
                return json.loads(line)
        raise AssertionError(f"no code was shown: {self.finish()}")


def sign_in(person, env: dict[str, str], elsewhere: HomeElsewhere | None = None) -> Ran:
    """Sign somebody with an account in, by a code that they approve."""
    login = DeviceLogin(env=env, elsewhere=elsewhere)
    person.open(login.link)
    person.sign_in()
    person.approve()
    return login.finish()
