"""The private Keycloak: killed, begun anew, given another realm; and its program, made once for all checkouts."""

import os
import shutil
import threading
from pathlib import Path

import pytest

import deploy.stack.keycloak_program as program
from deploy.keycloak import realm
from deploy.stack.errors import NotToBeHad, StackError
from deploy.stack.stack import alone_in
from tests.identity.real_keycloak import RealKeycloak, parts_of
from tests.servers.test_stack_servers import PrivateStack
from tests.stack_servers import STACK_FOLDER, go_without

pytestmark = [pytest.mark.servers, pytest.mark.slow, pytest.mark.alone]


class KeycloakStack(PrivateStack):
    def up(self) -> RealKeycloak:
        super().up()
        return RealKeycloak(self.settings())


@pytest.fixture
def stack(tmp_path):
    stack = KeycloakStack(tmp_path / "stack", "mail", "keycloak")
    yield stack
    stack.run("remove")
    assert stack.processes() == {}


def test_its_people_and_keys_survive_kill_9_and_nothing_is_left_of_it(stack):
    keycloak = stack.up()
    ann = keycloak.person()
    before, _ = parts_of(keycloak.client_token(keycloak.automation).body["access_token"])

    os.kill(stack.pid_of("keycloak"), 9)
    keycloak = stack.up()
    after, _ = parts_of(keycloak.client_token(keycloak.automation).body["access_token"])
    assert keycloak.id_of(ann)
    assert after["kid"] == before["kid"]

    with alone_in(stack.folder) as from_python:
        from_python.kill("keycloak")
        assert "java" not in stack.processes().values()
    stack.up()
    stack.run("down")
    assert stack.processes() == {}


def test_another_realm_file_is_imported_in_place_of_the_old_one(stack, monkeypatch, tmp_path):
    ann = stack.up().person()
    changed = tmp_path / realm.FILE.name
    changed.write_text(realm.FILE.read_text().replace('"displayName": "MicroMart"', '"displayName": "Another"'))
    stack.run("stop", "keycloak")

    monkeypatch.setattr(realm, "FILE", changed)
    with alone_in(stack.folder) as from_python:
        from_python.start("keycloak")

    keycloak = RealKeycloak(stack.settings())
    assert keycloak.admin("GET", "").body["displayName"] == "Another"
    assert keycloak.admin("GET", f"/users?username={ann.name}").body == []


def test_it_listens_on_loopback_only_and_tells_no_secret_in_its_arguments():
    if not STACK_FOLDER:
        go_without("Keycloak")
    stack = PrivateStack(Path(STACK_FOLDER), "keycloak")
    secrets = {value for name, value in stack.settings().items() if name.endswith(("SECRET", "PASSWORD"))}
    own = [pid for pid, name in stack.processes().items() if name in ("java", "bash")]

    arguments = b"".join(Path(f"/proc/{pid}/cmdline").read_bytes() for pid in own)
    assert len(secrets) == 3
    assert [secret for secret in secrets if secret.encode() in arguments] == []
    assert {place for pid in own for place in _listening(pid)} == {"127.0.0.1"}


@pytest.fixture
def cache(tmp_path, monkeypatch) -> Path:
    """A cache of this test's own, and an archive that Maven would have brought, made at once."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "micromart-stack"


def test_an_archive_that_is_not_the_known_one_is_refused_and_nothing_is_kept(cache, monkeypatch, tmp_path):
    monkeypatch.setattr(program, "_SHA256", "0" * 64)

    with pytest.raises(StackError, match="not the archive it was"):
        program.lay_out(tmp_path / "home")

    assert not program._place().exists()


def test_two_checkouts_at_once_make_one_program_though_a_maker_was_killed(cache, tmp_path):
    half = program._place().with_name(f"{program._place().name}.new")
    half.mkdir(parents=True)
    (half / "half.zip").write_text("PK")
    homes = [tmp_path / "one", tmp_path / "other"]
    makers = [threading.Thread(target=program.lay_out, args=(home,)) for home in homes]

    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join()

    assert sorted(each.name for each in cache.iterdir()) == sorted([program._place().name, "lock"])
    assert {(home / "lib").resolve() for home in homes} == {program._place() / "lib"}
    assert all((home / "bin" / "kc.sh").exists() for home in homes)


def test_without_maven_the_machine_is_told_what_it_lacks(cache, monkeypatch, tmp_path):
    elsewhere = tmp_path / "programs"
    elsewhere.mkdir()
    (elsewhere / "java").symlink_to(shutil.which("java"))
    monkeypatch.setenv("PATH", str(elsewhere))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    with (
        alone_in(tmp_path / "stack") as stack,
        pytest.raises(NotToBeHad, match="packages maven openjdk-17-jre-headless, and only"),
    ):
        stack.start("keycloak")


def _listening(pid: int) -> set[str]:
    """The addresses on which a process listens, from the kernel's own tables."""
    sockets = {link for link in _links(Path(f"/proc/{pid}/fd")) if link.startswith("socket:")}
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and f"socket:[{fields[9]}]" in sockets:
                found.add(_address(fields[1].partition(":")[0]))
    return found


def _links(folder: Path) -> list[str]:
    return [str(entry.readlink()) for entry in folder.iterdir()]


def _address(hexadecimal: str) -> str:
    """IPv4 as it is written, also where Java wears it as IPv6; else the number itself."""
    if len(hexadecimal) == 8 or hexadecimal.startswith("0000000000000000FFFF0000"):
        return ".".join(str(byte) for byte in reversed(bytes.fromhex(hexadecimal[-8:])))
    return hexadecimal
