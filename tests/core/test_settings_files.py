"""Files of settings that others could have laid there, and what they would have done."""

import os

import pytest

from micromart_core.errors import InvalidValue
from micromart_core.settings_sources import Sources, read_settings

EVIL = '[identity]\nissuer = "https://evil.example/realms/micromart"\n'


@pytest.fixture
def file(tmp_path):
    file = tmp_path / "micromart.toml"
    file.write_text(EVIL)
    return file


def refusal_of(file) -> InvalidValue:
    with pytest.raises(InvalidValue, match="cannot be used") as refused:
        read_settings(Sources({}, {"MICROMART_IDENTITY__CORE_CLIENT_SECRET": "canary"}, (file,)))
    return refused.value


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_settings_that_somebody_else_laid_into_the_folder_send_no_secret_to_their_issuer(file):
    os.chown(file, 12_345, -1)

    refused = refusal_of(file)

    assert (refused.exit_code, "another user" in refused.why) == (2, True)


@pytest.mark.parametrize("mode", [0o606, 0o646, 0o666])
def test_settings_that_anybody_may_write_are_refused(file, mode):
    file.chmod(mode)

    assert "anybody" in refusal_of(file).why


def test_a_pipe_or_something_endless_is_no_file_of_settings(file):
    file.write_text(EVIL + "#" * 70_000)
    assert "larger" in refusal_of(file).why

    file.unlink()
    os.mkfifo(file)
    assert "no regular file" in refusal_of(file).why


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o664])
def test_ones_own_settings_are_taken(file, mode):
    file.chmod(mode)

    settings, _ = read_settings(Sources({}, {}, (file,)))

    assert settings.identity.issuer == "https://evil.example/realms/micromart"
