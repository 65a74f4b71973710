"""deploy/secrets/make: random passwords, each in a file, and the addresses that hold them."""

import json
import re
import shutil
import stat
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import make_url

from deploy.keycloak.realm import FILE as REALM
from micromart_core.settings_sources import list_settings
from tests.deploy.operating_files import COMPOSE, ROOT, SERVICES, settings_of

SERVERS = ("postgres", "redis", "rabbitmq", "keycloak", "keycloak_admin")


def make(folder: Path) -> str:
    made = subprocess.run([folder / "make"], check=True, capture_output=True, text=True, cwd="/", umask=0o022)
    return made.stderr


@pytest.fixture
def secrets(tmp_path):
    folder = tmp_path / "secrets"
    shutil.copytree(ROOT / "deploy" / "secrets", folder, ignore=lambda _, names: {*names} - {"make"})
    (tmp_path / "keycloak").mkdir()
    shutil.copy(REALM, tmp_path / "keycloak")
    make(folder)
    return folder


def content(secrets: Path) -> dict[str, str]:
    return {file.name: file.read_text() for file in secrets.iterdir() if file.name != "make"}


def settings_in(secrets: Path, service: str):
    environ = SERVICES[service]["environment"]
    return settings_of({name: value.replace("/run/secrets", str(secrets)) for name, value in environ.items()})


def test_it_makes_every_file_that_compose_reads(secrets):
    assert {Path(secret["file"]).name for secret in COMPOSE["secrets"].values()} <= set(content(secrets))


def test_nobody_else_may_enter_and_each_container_may_read(secrets):
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o700
    assert {stat.S_IMODE((secrets / name).stat().st_mode) for name in content(secrets)} == {0o444}


def test_made_again_everything_stays_and_what_is_missing_fits(secrets):
    before = content(secrets)
    (secrets / "database_url").unlink()

    assert make(secrets) == "made deploy/secrets/database_url\n"
    assert content(secrets) == before


def test_a_run_that_was_cut_off_does_not_hinder_the_next(secrets):
    before = content(secrets)
    (secrets / "redis_url").rename(secrets / ".redis_url.new")

    make(secrets)

    assert content(secrets) == before


def test_no_password_is_like_another(secrets):
    passwords = [content(secrets)[f"{server}_password"].strip() for server in SERVERS]
    passwords += [content(secrets)[f"{client}_client_secret"].strip() for client in ("core", "automation")]

    assert len(set(passwords)) == 7
    assert all(re.fullmatch("[0-9a-f]{48}", password) for password in passwords)


def test_servers_and_their_clients_have_the_same_password(secrets):
    made, settings = content(secrets), settings_in(secrets, "daemon")

    assert make_url(settings.database.url).password == made["postgres_password"].strip()
    assert made["redis.conf"] == f"requirepass {make_url(settings.redis.url).password}\n"
    assert f"default_pass = {make_url(settings.broker.url).password}\n" in made["rabbitmq.conf"]
    assert f"default_user = {make_url(settings.broker.url).username}\n" in made["rabbitmq.conf"]
    assert make_url(settings.database.url).username == SERVICES["postgres"]["environment"]["POSTGRES_USER"]
    assert make_url(settings.database.url).database == SERVICES["postgres"]["environment"]["POSTGRES_DB"]


def test_keycloak_has_its_own_role_and_the_realm_has_the_clients_secrets(secrets):
    made = content(secrets)
    conf = dict(line.split("=", 1) for line in made["keycloak.conf"].splitlines())
    realm = json.loads(made["keycloak-realm.json"])
    clients = {client["clientId"]: client for client in realm["clients"]}

    assert conf["db-password"] == made["keycloak_password"].strip()
    assert f"CREATE ROLE keycloak LOGIN PASSWORD '{conf['db-password']}';\n" in made["keycloak.sql"]
    assert conf["bootstrap-admin-password"] == made["keycloak_admin_password"].strip()
    assert conf["db-url"] == "jdbc:postgresql://postgres:5432/keycloak"
    for name in ("core", "automation"):
        assert clients[f"micromart-{name}"]["secret"] == made[f"{name}_client_secret"].strip()
        assert clients[f"micromart-{name}"]["enabled"] == "true"
    assert set(re.findall(r"\$\{(\w+)", made["keycloak-realm.json"])) == {
        variable for variable in re.findall(r"\$\{(\w+)", REALM.read_text()) if "SMTP" in variable
    }


@pytest.mark.parametrize("service", ["daemon", "migrate", "shop"])
def test_the_program_takes_them_and_every_address_is_a_service_it_can_reach(secrets, service):
    settings = settings_in(secrets, service)
    urls = filter(None, [settings.database.url, settings.redis.url, settings.broker.url, settings.mail.url])

    for host in (make_url(url).host for url in urls):
        assert set(SERVICES[host]["networks"]) & set(SERVICES[service]["networks"])


def test_none_is_shown(secrets):
    told = repr(list_settings(settings_in(secrets, "daemon"), {}))

    assert not re.search("[0-9a-f]{48}", told)


def test_git_takes_none_of_them():
    asked = ["git", "check-ignore", "--no-index", "deploy/secrets/database_url", "deploy/secrets/.redis.conf.new"]
    if not (ROOT / ".git").exists():
        pytest.skip("this is no git checkout")

    assert subprocess.run(asked, cwd=ROOT, check=False, capture_output=True, text=True).stdout.splitlines() == asked[3:]
