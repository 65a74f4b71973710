"""Keycloak of docker-compose.yml without a Docker engine: its command, as its user, on a read-only file system."""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from deploy.stack import keycloak_program as program
from deploy.stack.process import wait_until
from tests.deploy.image import free_port, why_not
from tests.deploy.operating_files import COMPOSE, ROOT, SERVICES
from tests.identity.real_keycloak import RealKeycloak, parts_of

pytestmark = [
    pytest.mark.servers,
    pytest.mark.slow,
    pytest.mark.skipif(bool(why_not()), reason=why_not() or ""),
]
SERVICE = SERVICES["keycloak"]
USER = int(SERVICE["user"])
HOME = Path("/opt/keycloak")
MAILBOX = os.environ.get("MICROMART_STACK_MAILBOX", "")
_SECONDS = 300
# In a namespace of its own: the program at its place in the image, where nothing but what Compose names can be written.
_STAGE = """
set -e
mount -t tmpfs tmpfs /opt && mkdir /opt/keycloak
mount -t tmpfs tmpfs /run && mkdir /run/secrets
mount --bind "$1/program" /opt/keycloak
mount --bind "$1/secrets" /run/secrets
mount --bind /opt/keycloak/lib/quarkus /opt/keycloak/lib/quarkus
mount -t tmpfs -o uid=1000,mode=0700 tmpfs /opt/keycloak/data/tmp
mount -t tmpfs tmpfs /tmp
mount -o remount,bind,ro /opt/keycloak
mount -o remount,bind,ro /
cd /opt/keycloak && shift && exec "$@"
"""


@pytest.fixture
def folder():
    folder = Path(tempfile.mkdtemp(prefix="micromart-keycloak-"))  # not tmp_path: others may not enter that
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def secrets(folder, postgresql_url):
    """What deploy/secrets/make makes, but that PostgreSQL is the stack's; the role and database are there."""
    made = folder / "deploy" / "secrets"
    shutil.copytree(ROOT / "deploy" / "secrets", made, ignore=lambda _, names: {*names} - {"make"})
    shutil.copytree(ROOT / "deploy" / "keycloak", made.parent / "keycloak")
    subprocess.run([made / "make"], check=True, capture_output=True)
    server = make_url(postgresql_url)
    conf = (made / "keycloak.conf").read_text().replace("postgres:5432", f"{server.host}:{server.port}")
    shutil.copytree(made, folder / "secrets")
    (folder / "secrets").chmod(0o755)
    (folder / "secrets" / "keycloak.conf").write_text(conf)
    role, database, _ = (made / "keycloak.sql").read_text().splitlines()  # the third takes rights from other tests
    with psycopg.connect(postgresql_url.replace("+psycopg", ""), autocommit=True) as connection:
        for statement in (role, database):
            connection.execute(statement.encode())
        yield made
        connection.execute(b"DROP DATABASE keycloak WITH (FORCE)")
        connection.execute(b"DROP ROLE keycloak")


@pytest.fixture
def placed(folder, secrets):
    """The program of the release as the image has it, its user's, with the files that Compose mounts into it."""
    archive = program._fetch(folder)
    program._unpack(archive, folder)
    (folder / f"keycloak-{program.VERSION}").rename(folder / "program")
    for mount in (SERVICE["secrets"][-1], SERVICE["configs"][-1]):
        declared = {**COMPOSE["secrets"], **COMPOSE["configs"]}[mount["source"]]["file"]
        source = secrets / Path(declared).name if "/secrets/" in declared else ROOT / declared
        target = folder / "program" / Path(mount["target"]).relative_to(HOME)
        target.parent.mkdir(parents=True)
        shutil.copy(source, target)
    (folder / "program" / "data" / "tmp").mkdir()
    subprocess.run(["chown", "-R", f"{USER}:0", folder / "program"], check=True)
    return folder


def test_it_builds_itself_imports_the_realm_is_healthy_and_stops(placed, secrets, tmp_path):
    port, health = free_port(), free_port()
    url = f"http://127.0.0.1:{port}"
    command = [word for word in SERVICE["command"] if not word.startswith("--hostname")]
    mine = ["--http-host=127.0.0.1", f"--http-port={port}", f"--http-management-port={health}", f"--hostname={url}"]
    as_user = ["setpriv", f"--reuid={USER}", "--regid=0", "--clear-groups", "--no-new-privs", "--bounding-set=-all"]
    words = [*as_user, "bash", f"{HOME}/bin/kc.sh", *command, *mine]

    with (tmp_path / "log").open("w") as log:
        keycloak = subprocess.Popen(
            ["unshare", "--mount", "sh", "-c", _STAGE, "sh", placed, *words],
            env={"PATH": "/usr/bin:/bin", "JAVA_OPTS_KC_HEAP": "-Xmx512m", **SERVICE["environment"]},
            stdout=log,
            stderr=log,
        )
    try:
        assert wait_until(lambda: keycloak.poll() is not None or _is_healthy(health), _SECONDS)
        assert keycloak.poll() is None, (tmp_path / "log").read_text()[-3000:]
        _is_the_shops(RealKeycloak(_settings(url, secrets)))
    finally:
        keycloak.send_signal(signal.SIGTERM)
        keycloak.wait(timeout=60)

    told = (tmp_path / "log").read_text()
    passwords = [file.read_text().strip() for file in secrets.glob("*_password")]
    assert [password for password in passwords if password in told] == []


def _is_healthy(port: int) -> bool:
    """What Compose asks, of another port."""
    _, *words = SERVICE["healthcheck"]["test"]
    words[-1] = words[-1].replace("/9000", f"/{port}").replace("$$", "$")
    return subprocess.run(words, check=False, capture_output=True).returncode == 0


def _is_the_shops(keycloak: RealKeycloak) -> None:
    header, claims = parts_of(keycloak.client_token(keycloak.automation).body["access_token"])
    assert (header["typ"], claims["aud"]) == ("at+jwt", "micromart")
    realm = keycloak.admin("GET", "").body
    assert (realm["smtpServer"]["host"], realm["smtpServer"]["port"]) == ("mailpit", "1025")
    ann = keycloak.newcomer()
    ann.open(keycloak.begin().link)
    ann.register("1qaz2wsx3edc")
    assert ann.sees("password-confirm", "email")


def _settings(url: str, secrets: Path) -> dict[str, str]:
    told = {name: (secrets / f"{name}_client_secret").read_text().strip() for name in ("core", "automation")}
    return {
        "MICROMART_STACK_KEYCLOAK_URL": url,
        "MICROMART_STACK_ISSUER": f"{url}/realms/micromart",
        "MICROMART_STACK_CORE_CLIENT_SECRET": told["core"],
        "MICROMART_STACK_AUTOMATION_SECRET": told["automation"],
        "MICROMART_STACK_KEYCLOAK_PASSWORD": (secrets / "keycloak_admin_password").read_text().strip(),
        "MICROMART_STACK_MAILBOX": MAILBOX,
    }
