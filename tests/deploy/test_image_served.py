"""The image on the real servers, told where they are by files alone."""

import json
import os
import signal
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from tests.deploy.image import free_port, until, why_not
from tests.deploy.operating_files import SERVICES

pytestmark = [
    pytest.mark.servers,
    pytest.mark.slow,
    pytest.mark.skipif(bool(why_not()), reason=why_not() or ""),
]
MAIL = os.environ.get("MICROMART_MAIL__URL", "")


@pytest.fixture
def empty_database(postgresql_url):
    server = postgresql_url.replace("+psycopg", "")
    name = f"image_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
        yield make_url(postgresql_url).set(database=name).render_as_string(hide_password=False)
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


@pytest.fixture
def environ(image, home, empty_database, redis_url, broker_url):
    """The environment of docker-compose.yml, with its secrets and its volume of logs mounted elsewhere."""
    folder = image.root / "secrets"
    folder.mkdir()
    urls = {"database_url": empty_database, "redis_url": redis_url, "broker_url": broker_url, "mail_url": MAIL}
    for name, url in urls.items():
        (folder / name).write_text(f"{url}\n")
        (folder / name).chmod(0o444)
    told = SERVICES["daemon"]["environment"]
    mounted = {name: value.replace("/run/secrets", str(folder)) for name, value in told.items()}
    return mounted | {"MICROMART_DAEMON__LOG_FOLDER": str(home)}


def passwords(environ) -> set[str]:
    urls = (Path(value).read_text().strip() for name, value in environ.items() if name.endswith("_FILE"))
    return {str(password) for password in (make_url(url).password for url in urls) if password}


def test_the_tables_are_made_and_a_daemon_works_stops_and_tells_no_password(image, home, environ):
    port = free_port()
    image.run("micromart", *SERVICES["migrate"]["command"], home=home, **environ)
    image.run("micromart", "db", "seed", "--demo", home=home, **environ)

    daemon = image.start("micromartd", "run", "--listen", f"127.0.0.1:{port}", home=home, **environ)
    try:
        until(lambda: daemon.poll() is not None or _all_is_well(image, home, environ))
        told = image.run("micromart", "config", "list", "--origin", "-o", "csv", home=home, **environ)
    finally:
        daemon.send_signal(signal.SIGTERM)
        out, err = daemon.communicate(timeout=60)

    assert daemon.returncode == 0, err
    assert list(home.glob("*.jsonl"))
    assert environ["MICROMART_BROKER__URL_FILE"] in told
    assert passwords(environ)
    assert not [password for password in passwords(environ) if password in out + err + told]


def _all_is_well(image, home, environ) -> bool:
    process = image.start("micromartd", "health", "-o", "json", home=home, **environ)
    out, _ = process.communicate(timeout=60)
    items = {item["check"]: item["detail"] for item in json.loads(out)["items"]}
    return process.returncode == 0 and "1" in items["daemon"]
