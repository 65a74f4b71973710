"""The image, as far as it can be seen without building one."""

import json
import re

import pytest

from micromart_core.settings import Settings
from tests.deploy.operating_files import PROJECT, ROOT, SERVICES, VERSION, instructions, run

IGNORED = (ROOT / ".dockerignore").read_text().splitlines()
COPIED = {source for words in instructions("COPY") if not words.startswith("--from") for source in words.split()[:-1]}

BUILDS = [service["build"] for service in SERVICES.values() if "build" in service]


@pytest.mark.parametrize("name", ["Dockerfile", "caddy/Dockerfile"])
def test_hadolint_has_nothing_to_say_and_was_told_to_overlook_nothing(name, tmp_path):
    file = ROOT / "deploy" / name

    checked = run("hadolint", "--no-color", "--failure-threshold", "style", file, home=tmp_path)

    assert (checked.returncode, checked.stdout) == (0, "")
    assert "hadolint ignore" not in file.read_text()


def test_the_one_image_it_starts_from_is_pinned_to_a_release():
    stages = {words.partition(" AS ")[2] for words in instructions("FROM")}
    [base] = {words.partition(" AS ")[0] for words in instructions("FROM")} - stages

    assert re.fullmatch(r"python:3\.\d+\.\d+-slim-[a-z]+", base)
    assert f"docker.io/library/{base}" in instructions("LABEL")[0]


def test_the_door_starts_from_a_release_of_caddy_and_nobody_there_is_root():
    text = (ROOT / "deploy" / "caddy" / "Dockerfile").read_text()

    assert re.search(r"^FROM caddy:\d+\.\d+\.\d+$", text, re.MULTILINE)
    assert f"USER {SERVICES['door']['user']}:" in text


def test_the_label_has_the_version_and_the_licence():
    [labels] = instructions("LABEL")

    assert f'image.version="{VERSION}"' in labels
    assert f'image.licenses="{PROJECT["project"]["license"]}"' in labels
    assert f'image.description="{PROJECT["project"]["description"]}"' in labels


def test_nobody_is_root_and_the_tools_that_built_it_stay_behind():
    text = (ROOT / "deploy" / "Dockerfile").read_text()
    final = text[text.index("FROM python AS runtime") :]

    assert instructions("USER") == ["10001:10001"]
    assert "--uid 10001" in final
    assert "pip uninstall" in final
    assert not re.search(r"pip install|apt-get|hatchling", final)
    assert "--require-hashes" in text


def test_the_health_check_is_the_one_of_compose():
    [check] = instructions("HEALTHCHECK")
    [port] = instructions("EXPOSE")

    assert json.loads(check.partition("CMD ")[2]) == SERVICES["daemon"]["healthcheck"]["test"][1:]
    assert f"127.0.0.1:{port}/live" in check
    assert port == Settings().daemon.listen.rpartition(":")[2]


def test_both_commands_start_an_image_of_their_own():
    assert instructions("ENTRYPOINT") == ['["micromart"]', '["micromartd"]']
    assert {build["target"] for build in BUILDS if "dockerfile" in build} == {"shop", "daemon"}


def test_both_commands_are_programs_of_the_wheel():
    assert {"micromart", "micromartd"} <= set(PROJECT["project"]["scripts"])


@pytest.mark.parametrize("source", sorted(COPIED))
def test_what_is_copied_is_there(source):
    assert (ROOT / source).exists()


def test_what_is_copied_is_let_in_and_nothing_else_is():
    assert IGNORED[1] == "*"
    assert {line.removeprefix("!") for line in IGNORED if line.startswith("!")} == COPIED


def test_every_package_of_the_wheel_is_copied():
    packages = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]

    assert {package.partition("/")[0] for package in packages} <= COPIED
