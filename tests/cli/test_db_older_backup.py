"""An older backup of the same name: it is kept, unless the person says that it may go."""


def test_an_older_backup_is_replaced_only_by_force(cli, tmp_path):
    file = tmp_path / "backup"
    cli("db", "backup", file)
    before = file.read_bytes()
    cli("db", "seed", "--products", "5")

    refused = cli("db", "backup", file, "--json")

    assert (refused.code, refused.error["code"]) == (4, "backup.would_overwrite")
    assert (refused.error["why"], "--force" in refused.error["try"]) == ("an older backup lies there", True)
    assert file.read_bytes() == before
    assert cli("db", "backup", file, "--force").code == 0
    assert file.read_bytes() != before


def test_force_replaces_nothing_that_is_no_backup(cli, tmp_path):
    diary = tmp_path / "diary"
    diary.write_text("Dear diary")

    assert cli("db", "backup", diary, "--force").code == 4
    assert diary.read_text() == "Dear diary"
