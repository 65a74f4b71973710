"""Settings from the command line."""

import pytest


def test_every_setting_is_listed_with_its_value(cli, monkeypatch):
    monkeypatch.setenv("MICROMART_HOLDS__MINUTES", "7")
    monkeypatch.setenv("MICROMART_AUTOMATION__CLIENT_SECRET", "hunter2")

    settings = {row["name"]: row["value"] for row in cli("config", "list", "--json").json["items"]}

    assert settings["holds.minutes"] == "7"
    assert settings["shop.free_shipping_from"] is None
    assert settings["web.listen"] == "127.0.0.1:9490"  # the last section too: a list of settings is whole
    assert settings["automation.client_secret"] == "***"


def test_origins_are_told_when_asked(cli, home, monkeypatch):
    (home / "config").mkdir(parents=True)
    (home / "config/config.toml").write_text("[cart]\nmax_units = 5\n")
    monkeypatch.setenv("MICROMART_HOLDS__MINUTES", "7")

    rows = {row["name"]: row["origin"] for row in cli("config", "list", "--origin", "--json").json["items"]}

    assert rows["cart.max_units"] == str(home / "config/config.toml")
    assert rows["holds.minutes"] == "MICROMART_HOLDS__MINUTES"
    assert rows["shop.name"] == "default"


def test_the_file_here_is_stronger_than_the_one_at_home(cli, home, tmp_path):
    (home / "config").mkdir(parents=True)
    (home / "config/config.toml").write_text("[cart]\nmax_units = 5\nmax_lines = 5\n")
    (tmp_path / "micromart.toml").write_text("[cart]\nmax_units = 6\n")

    settings = {row["name"]: row["value"] for row in cli("config", "list", "--json").json["items"]}

    assert (settings["cart.max_units"], settings["cart.max_lines"]) == ("6", "5")


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("MICROMART_DATABASE__URL_FILE", ("cart", "show")),
        ("MICROMART_MAIL__URL", ("doctor",)),
        ("MICROMART_AUTOMATION__SECRET_FILE", ("order", "list")),
    ],
)
def test_the_home_of_nobody_on_this_machine_is_a_refusal_and_no_mistake_of_ours(cli, monkeypatch, setting, words):
    monkeypatch.setenv("MICROMART_AUTOMATION__CLIENT_ID", "cron")
    monkeypatch.setenv(setting, ("maildir:" if setting.endswith("URL") else "") + "~nobody-of-this-name/x")

    told = cli(*words)

    assert "~nobody-of-this-name/x leads nowhere" in told.err + told.out


def test_the_places_are_told(cli, home, tmp_path):
    assert cli("config", "path", "--json").json == {
        "here": str(tmp_path / "micromart.toml"),
        "config": str(home / "config/config.toml"),
        "data": str(home / "data"),
        "state": str(home / "state"),
        "cache": str(home / "cache"),
    }


def test_a_check_finds_what_cannot_be_meant(cli, tmp_path, monkeypatch):
    assert cli("config", "check").code == 0
    (tmp_path / "micromart.toml").write_text("[cart]\nmax_unit = 6\n")

    ran = cli("config", "check", "--json")

    assert ran.code == 2
    assert ran.error["code"] == "settings.bad"
    assert "cart.max_units" in ran.error["try"]


def test_a_bad_setting_stops_every_verb_that_needs_the_shop(cli, monkeypatch):
    monkeypatch.setenv("MICROMART_HOLDS__MINUTES", "soon")

    assert cli("cart", "show").code == 2
