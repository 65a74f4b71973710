"""A script's secret: out of its settings or a file that nobody else may write, and refused in words otherwise."""

import pytest

from micromart_core.adapters.home_credentials import ClientCredentials, secret_of
from micromart_core.errors import InvalidValue
from micromart_core.settings import AutomationSettings

SECRET = "canary-nightly"


@pytest.fixture
def file(tmp_path):
    file = tmp_path / "nightly.secret"
    file.write_text(f"{SECRET}\n")
    file.chmod(0o600)
    return file


@pytest.mark.parametrize("mode", [0o600, 0o440, 0o444])
def test_a_file_that_others_may_only_read_is_taken_as_containers_mount_it(file, mode):
    file.chmod(mode)

    assert secret_of(AutomationSettings("nightly", secret_file=str(file))) == SECRET


@pytest.mark.parametrize("mode", [0o602, 0o646, 0o666])
def test_a_file_that_anybody_may_write_signs_nobody_in(file, mode):
    file.chmod(mode)
    shown = []
    credentials = ClientCredentials(
        AutomationSettings("nightly", secret_file=str(file)), lambda *words: shown.append(words) or "token"
    )

    with pytest.raises(InvalidValue) as refused:
        credentials()

    told = f"{refused.value.message} {refused.value.why} {refused.value.hint}"
    assert str(file) in refused.value.message
    assert "anybody on this machine may write the file: chmod o-w" in told
    assert SECRET not in told
    assert shown == []


@pytest.mark.parametrize(("body", "why"), [(b"", "empty"), (b"a\nb\n", "more than one line"), (b"\xff", "not UTF-8")])
def test_what_can_be_no_secret_is_refused(file, body, why):
    file.write_bytes(body)

    with pytest.raises(InvalidValue, match="cannot be used") as refused:
        secret_of(AutomationSettings("nightly", secret_file=str(file)))
    assert why in refused.value.why
