"""What the image would be: installed from the lock, run by its user where nothing but one folder can be written."""

import signal

import pytest

from tests.deploy.image import USER, free_port, until, why_not
from tests.deploy.operating_files import PROJECT, SERVICES, VERSION
from tests.deploy.test_lock_files import PRODUCTION, locked, normal

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(why_not()), reason=why_not() or "")]


def installed(image) -> set[str]:
    return {normal(folder.name.partition("-")[0]) for folder in image.site_packages.glob("*.dist-info")}


def test_it_has_what_the_lock_names_and_no_tool(image):
    assert installed(image) - {"micromart"} <= set(locked(PRODUCTION))
    assert {normal(name) for name in PROJECT["project"]["dependencies"]} <= installed(image)
    assert not {"pip", "setuptools", "hatchling", "pytest", "mypy", "ruff"} & installed(image)


def test_everything_is_compiled_for_good(image):
    for source in image.site_packages.rglob("*.py"):
        [compiled] = (source.parent / "__pycache__").glob(f"{source.stem}.cpython-*.pyc")
        assert compiled.read_bytes()[4:8] == b"\x01\0\0\0", "1 = by its content, and never looked at again"


def test_both_commands_say_their_version(image, home):
    assert image.run("micromart", "--version", home=home) == f"micromart {VERSION}\n"
    assert image.run("micromartd", "--version", home=home) == f"micromartd {VERSION}\n"


def test_an_empty_home_sells(image, home):
    assert "NM-001" in image.run("micromart", "product", "list", "-o", "ids", home=home)
    assert {file.stat().st_uid for file in home.rglob("*")} == {USER}


def test_the_migration_job_needs_nothing_of_a_home(image, home):
    """The address comes out of a file that root owns, as a secret is mounted; the home has no place for a file."""
    secret = image.root / "database_url"
    secret.write_text(f"sqlite:///{home}/shop.db\n")
    secret.chmod(0o444)
    nowhere = {"MICROMART_DATABASE__URL_FILE": str(secret), "MICROMART_HOME": "/nowhere"}

    image.run("micromart", *SERVICES["migrate"]["command"], home=home, **nowhere)

    assert '"current": true' in image.run("micromart", "db", "current", "--json", home=home, **nowhere)


def test_the_health_check_sees_a_daemon_that_lives_and_one_that_does_not(image, home):
    port = free_port()
    check = [word.replace("9464", str(port)) for word in SERVICES["daemon"]["healthcheck"]["test"][1:]]
    image.run("micromart", "db", "upgrade", home=home)

    daemon = image.start("micromartd", "run", "--listen", f"127.0.0.1:{port}", home=home)
    try:
        until(lambda: image.does(*check, home=home))
    finally:
        daemon.send_signal(signal.SIGTERM)
        _, err = daemon.communicate(timeout=60)

    assert (daemon.returncode, "Traceback" in err) == (0, False), err
    assert not image.does(*check, home=home)


def test_nothing_else_can_be_written(image, home):
    image.run("sh", "-c", f"! touch {image.root}/x && ! touch /tmp/x && touch {home}/x", home=home)
