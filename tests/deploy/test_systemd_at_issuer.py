"""The unit of a script that signs in at Keycloak: its own command, in its own environment, once a day."""

import os
import shlex
import subprocess
from datetime import date
from pathlib import Path

import pytest

from tests.deploy.operating_files import SCRIPTS
from tests.deploy.test_systemd import INSTALLED, LEVELS, environment_of, said

pytestmark = pytest.mark.servers


@pytest.fixture
def unit(keycloak, tmp_path):
    """What systemd would start: the command, and its environment with the credentials in a folder."""
    secrets = {
        "database_url": f"sqlite:///{tmp_path / 'shop.db'}",
        "core_client_secret": keycloak.core[1],
        "automation_client_secret": keycloak.automation[1],
    }
    loaded = [line.split(":", 1) for line in said(LEVELS, "LoadCredential")]
    assert {name for name, place in loaded if place == f"/etc/micromart/secrets/{name}"} == secrets.keys()
    for name, secret in secrets.items():
        (tmp_path / name).write_text(f"{secret}\n")
    environ = {name: value.replace("%d", str(tmp_path)) for name, value in environment_of(LEVELS).items()}
    others = {"MICROMART_HOME": str(tmp_path / "home"), "MICROMART_IDENTITY__ISSUER": keycloak.issuer}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MICROMART_")}
    [line] = said(LEVELS, "ExecStart")
    line = line.replace("%%", "%").replace(str(INSTALLED), str(SCRIPTS)).replace("/srv/micromart", str(tmp_path))
    return shlex.split(line), kept | environ | others


def test_it_takes_the_levels_in_once_a_day_without_a_word(unit, tmp_path):
    command, environ = unit

    def run(*words: str) -> subprocess.CompletedProcess:
        return subprocess.run(words, env=environ, capture_output=True, text=True, check=False)

    micromart = str(Path(SCRIPTS) / "micromart")
    sku = run(micromart, "product", "list", "-o", "ids", "--limit", "1").stdout.strip()
    (tmp_path / "levels.csv").write_text(f"sku,on_hand,reason\n{sku},4711,delivery\n")

    for _ in range(2):
        done = run(*command)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")

    moves = run(micromart, "stock", "history", sku, "--limit", "2", "-o", "csv").stdout
    assert moves.count("client:micromart-automation") == 1
    assert date.today().isoformat() in moves  # noqa: DTZ011  # the shell's own day
    assert not (tmp_path / "home" / "state" / "identity").exists()
