"""The image installs what was tested: its two lock files are parts of the one of the developers."""

import re

from tests.deploy.operating_files import PROJECT, ROOT

EVERYTHING = ROOT / "requirements.lock"
PRODUCTION = ROOT / "deploy" / "production.lock"
BUILD = ROOT / "deploy" / "build.lock"


def locked(file) -> dict[str, str]:
    """Return each package with all that is said of it: version, marker and hashes."""
    blocks = re.split(r"\n(?=\S)", file.read_text().strip())
    return {re.match(r"[a-z0-9.-]+", block)[0]: re.sub(r"\s*\\\n\s*", " ", block) for block in blocks}


def normal(requirement: str) -> str:
    return re.match(r"[A-Za-z0-9._-]+", requirement)[0].lower().replace("_", "-").replace(".", "-")


def pinned(block: str) -> tuple[str, set[str]]:
    return re.split(r"[ ;]", block)[0], set(re.findall(r"sha256:[0-9a-f]{64}", block))


def test_what_the_image_installs_is_what_the_tests_ran_with():
    everything = {name: pinned(block) for name, block in locked(EVERYTHING).items()}

    for file in (PRODUCTION, BUILD):
        part = {name: pinned(block) for name, block in locked(file).items()}
        assert part.items() <= everything.items(), file
        assert all(hashes for _, hashes in part.values())


def test_production_has_every_dependency_and_no_tool():
    names = set(locked(PRODUCTION))
    tools = {normal(tool) for tool in PROJECT["dependency-groups"]["dev"] if isinstance(tool, str)}

    assert {normal(name) for name in PROJECT["project"]["dependencies"]} <= names
    assert not names & tools


def test_the_wheel_is_built_by_what_the_project_names():
    assert PROJECT["dependency-groups"]["build"] == PROJECT["build-system"]["requires"]
    assert {normal(name) for name in PROJECT["build-system"]["requires"]} <= set(locked(BUILD))
