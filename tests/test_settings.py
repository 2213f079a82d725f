from pathlib import Path

import pytest

from hotline_sessions.settings import Settings, SettingsError, read_settings, settings_table


GOOD = {
    "DATABASE_URL": "postgresql://hotline@db/hotline",
    "HOTLINE_PUBLIC_BASE_URL": "https://hotline.example",
    "HOTLINE_SECRET_KEY": "k" * 32,
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "token",
    "TWILIO_CALLER_ID": "+380441234567",
}


def refused(environ: dict[str, str]) -> dict[str, str]:
    with pytest.raises(SettingsError) as caught:
        read_settings(environ)
    assert str(caught.value).count("\n") == len(caught.value.problems)
    return {problem.variable: problem.reason for problem in caught.value.problems}


def test_good_settings_are_read_with_their_types() -> None:
    settings = read_settings(
        GOOD
        | {
            "HOTLINE_PORT": "9000",
            "HOTLINE_WORKER": "false",
            "HOTLINE_DATA_DIR": "/data",
            "HOTLINE_PG_BIN": "/usr/bin",
        }
    )
    assert settings.is_production
    assert settings.port == 9000
    assert settings.worker is False
    assert settings.data_dir == Path("/data")
    assert settings.pg_bin == Path("/usr/bin")


def test_everything_that_is_wrong_is_told_at_once() -> None:
    assert refused({"HOTLINE_PORT": "http", "TWILIO_ACCOUNT_SID": "AC1"}).keys() == {
        "HOTLINE_PORT",
        "HOTLINE_PUBLIC_BASE_URL",
        "HOTLINE_SECRET_KEY",
        "TWILIO_ACCOUNT_SID",
        "TWILIO_AUTH_TOKEN",
        "TWILIO_CALLER_ID",
    }


def test_a_value_is_never_repeated() -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings(GOOD | {"HOTLINE_SECRET_KEY": "hunter2", "TWILIO_CALLER_ID": "hunter3"})
    assert "hunter" not in str(caught.value)


def test_real_people_are_served_over_https_only() -> None:
    assert refused(GOOD | {"HOTLINE_PUBLIC_BASE_URL": "http://hotline.example"}).keys() == {
        "HOTLINE_PUBLIC_BASE_URL"
    }


def test_a_variable_that_is_empty_is_not_set() -> None:
    assert read_settings(GOOD | {"HOTLINE_PORT": " "}).port == Settings().port


def test_a_demonstration_makes_up_its_secret_and_keeps_it(tmp_path: Path) -> None:
    environ = {"HOTLINE_ENVIRONMENT": "demo", "HOTLINE_DATA_DIR": str(tmp_path / "data")}
    first = read_settings(environ).secret_key
    assert len(first) >= 32
    assert read_settings(environ).secret_key == first
    assert (tmp_path / "data/secret_key").stat().st_mode & 0o777 == 0o600


def test_a_test_makes_up_a_new_secret_each_time() -> None:
    environ = {"HOTLINE_ENVIRONMENT": "test"}
    assert read_settings(environ).secret_key != read_settings(environ).secret_key


def test_the_table_tells_the_meaning_of_every_setting() -> None:
    table = {line.variable: line for line in settings_table()}
    assert table["DATABASE_URL"].meaning.startswith("Address of PostgreSQL")
    assert table["HOTLINE_PORT"].default == "8000"
    assert "TWILIO_AUTH_TOKEN_NEXT" in table
    assert all(line.meaning for line in table.values())
    assert len(table) == len(Settings.__struct_fields__)


@pytest.mark.parametrize("scheme", ["hmac-sha256", "both"])
def test_whoever_wants_a_shared_key_must_name_it(scheme: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings({"HOTLINE_ENVIRONMENT": "test", "TWILIO_SIGNATURE": scheme})

    assert {problem.variable for problem in caught.value.problems} == {
        "TWILIO_SHARED_KEY_SID",
        "TWILIO_SHARED_KEY_SECRET",
    }
