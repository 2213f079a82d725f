"""``hotline twilio …`` against the account of the simulator."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio.to_thread
import pytest
from click.testing import CliRunner, Result
from litestar import Litestar
from tests.factories import make_institution, make_line
from tests.phonesim.served import free_port, serve

from hotline_sessions.cli import hotline
from hotline_sessions.gateways.twilio.addresses import OVERRIDES
from hotline_sessions.phonesim.config import (
    ACCOUNT_SID,
    AUTH_TOKEN,
    Limits,
    NumberConfig,
    PhonesimConfig,
)
from hotline_sessions.phonesim.faults import FaultKind, FaultRule
from hotline_sessions.phonesim.server import create_phonesim
from hotline_sessions.phonesim.simulator import Simulator
from hotline_sessions.store.engine import open_database


pytestmark = pytest.mark.anyio

LINE = "+380800502708"
CALLER = "+380441112233"
OURS = "https://hotline.example.gov.ua"
FALLBACK = "https://backup.example.org/hotline/fallback.xml"
INCOMING = f"{OURS}/tw/v1/in{OVERRIDES}"
STATUS = f"{OURS}/tw/v1/status{OVERRIDES}"


@pytest.fixture(autouse=True)
def _own_log_and_signals(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands set up the log and the signals of their process, which here is that of the tests."""
    monkeypatch.setattr("hotline_sessions.cli.installation.set_up_log", lambda *_: None)
    monkeypatch.setattr("hotline_sessions.cli.installation.end_on_sigterm", lambda: None)


class Shell:
    """Runs commands on one database and one account."""

    def __init__(self, dsn: str, base: str, app: Litestar) -> None:
        self.simulator: Simulator = app.state.simulator
        self.environ = {
            "HOTLINE_ENVIRONMENT": "test",
            "HOTLINE_PUBLIC_BASE_URL": OURS,
            "DATABASE_URL": dsn,
            "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
            "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
            "TWILIO_API_BASE_URL": base,
            "TWILIO_CALLER_ID": CALLER,
            "TWILIO_SMS_SENDER": CALLER,
            "TWILIO_FALLBACK_URL": FALLBACK,
            "TWILIO_API_KEY_SID": "SK" + "1" * 32,
            "TWILIO_API_KEY_SECRET": "x" * 32,
        }

    async def run(self, *arguments: str, answer: str = "") -> Result:
        command = ["twilio", *arguments]
        # A thread of its own: the command runs an event loop of its own.
        return await anyio.to_thread.run_sync(
            lambda: CliRunner().invoke(hotline, command, env=self.environ, input=answer)
        )

    async def check(self) -> dict[str, dict[str, Any]]:
        """Findings by code, of any number the last."""
        done = await self.run("check", "--json")
        report = json.loads(done.stdout)
        assert done.exit_code == (0 if report["ok"] else 1), done.output
        return {each["code"]: each for each in report["findings"]}


@asynccontextmanager
async def open_shell(dsn: str, **changes: Any) -> AsyncIterator[Shell]:  # noqa: ANN401 - of the configuration
    values: dict[str, Any] = {
        "numbers": [NumberConfig(number=LINE), NumberConfig(number=CALLER)],
        "limits": Limits(countries=("UA",)),
    }
    app = create_phonesim(PhonesimConfig(**(values | changes)))
    async with open_database(dsn):
        home = await make_institution()
        await make_line(institution=home.id, number=LINE)
    async with serve(app, free_port()) as base:
        yield Shell(dsn, base, app)


async def test_a_new_account_is_set_up_once_and_then_is_as_it_has_to_be(dsn: str) -> None:
    async with open_shell(dsn) as shell:
        before = await shell.check()
        assert before["number-voice-url"]["wanted"] == INCOMING
        assert before["number-status-url"]["wanted"] == STATUS
        assert before["application-missing"]["level"] == "problem"

        first = await shell.run("setup", "--yes", "--lang", "en")
        assert first.exit_code == 0, first.output
        (application,) = shell.simulator.carrier.applications.values()
        assert f"Set TWILIO_APP_SID={application.sid}." in first.output
        for number in shell.simulator.carrier.numbers.values():
            assert number.voice_url == INCOMING
            assert number.status_callback == STATUS
            assert number.voice_fallback_url == FALLBACK
        assert application.voice_url == f"{OURS}/tw/v1/client{OVERRIDES}"

        shell.environ["TWILIO_APP_SID"] = application.sid
        after = await shell.check()
        assert [code for code, each in after.items() if each["level"] == "problem"] == []
        second = await shell.run("setup", "--lang", "en")
        assert second.exit_code == 0, second.output
        assert "Nothing has to be changed." in second.output
        assert len(shell.simulator.carrier.applications) == 1


async def test_without_consent_nothing_is_changed(dsn: str) -> None:
    async with open_shell(dsn) as shell:
        done = await shell.run("setup", answer="n\n")

        assert done.exit_code == 1
        assert all(not n.voice_url for n in shell.simulator.carrier.numbers.values())
        assert shell.simulator.carrier.applications == {}


async def test_a_made_application_is_found_again_by_its_name(dsn: str) -> None:
    """Whoever forgets to set its name does not get one more each time."""
    async with open_shell(dsn) as shell:
        await shell.run("setup", "--yes")
        await shell.run("setup", "--yes")

        assert len(shell.simulator.carrier.applications) == 1
        findings = await shell.check()
        assert findings["application-not-set"]["level"] == "problem"


async def test_a_fallback_of_others_stays_where_we_have_none(dsn: str) -> None:
    numbers = [NumberConfig(number=LINE, voice_fallback_url="https://theirs.example.org/x.xml")]
    async with open_shell(dsn, numbers=numbers) as shell:
        del shell.environ["TWILIO_FALLBACK_URL"]
        findings = await shell.check()
        await shell.run("setup", "--yes")

        assert findings["fallback-missing"]["level"] == "problem"
        (number,) = shell.simulator.carrier.numbers.values()
        assert number.voice_fallback_url == "https://theirs.example.org/x.xml"


async def test_a_line_that_is_no_number_of_the_account_is_named(dsn: str) -> None:
    async with open_shell(dsn, numbers=[NumberConfig(number=CALLER)]) as shell:
        findings = await shell.check()

        assert findings["number-missing"]["subject"] == LINE
        assert findings["caller"]["level"] == "good"


async def test_with_a_trunk_of_a_carrier_a_foreign_line_is_right(dsn: str) -> None:
    async with open_shell(dsn, numbers=[NumberConfig(number=CALLER)]) as shell:
        shell.environ["TWILIO_BYOC_TRUNK_SID"] = "BY" + "a" * 32
        findings = await shell.check()

        assert findings["number-by-trunk"]["subject"] == LINE
        assert "number-missing" not in findings


async def test_trial_empty_and_open_accounts_are_complained_of(dsn: str) -> None:
    limits = Limits(profile="trial", balance="3.10", countries=("IE", "US"))
    async with open_shell(dsn, limits=limits) as shell:
        shell.environ["TWILIO_SMS_SENDER"] = "Hotline"
        findings = await shell.check()

        for code in ("account-trial", "balance-low", "countries-no-ukraine", "sender-on-trial"):
            assert findings[code]["level"] == "problem"
        assert findings["countries-others"]["found"] == "IE US"
        assert findings["balance-low"]["found"] == "3.10 USD"


async def test_a_fallback_on_our_own_host_is_none(dsn: str) -> None:
    async with open_shell(dsn) as shell:
        shell.environ["TWILIO_FALLBACK_URL"] = f"{OURS}/fallback.xml"

        assert (await shell.check())["fallback-same-host"]["level"] == "problem"


async def test_the_table_is_in_ukrainian_and_says_what_to_do(dsn: str) -> None:
    async with open_shell(dsn) as shell:
        done = await shell.run("check")

        assert done.exit_code == 1
        assert f"НЕГАРАЗД  Номер {LINE}: VoiceUrl зараз «», а має бути «{INCOMING}»." in done.output
        assert "→ Виконайте `hotline twilio setup`." in done.output
        assert AUTH_TOKEN not in done.output


async def test_a_wrong_secret_is_told_from_a_network_that_fails(dsn: str) -> None:
    async with open_shell(dsn) as shell:
        shell.environ["TWILIO_AUTH_TOKEN"] = "f" * 32
        refused = await shell.run("check", "--lang", "en")
        shell.environ["TWILIO_AUTH_TOKEN"] = AUTH_TOKEN
        shell.simulator.faults.add(FaultRule(kind=FaultKind.ERROR, on="rest", status=503))
        failed = await shell.run("check", "--lang", "en")

        assert (refused.exit_code, failed.exit_code) == (1, 1)
        assert "each region has a token of its own" in refused.output
        assert "Twilio does not answer" in failed.output


async def test_without_an_account_it_says_which_settings_are_missing(dsn: str) -> None:
    async with open_shell(dsn) as shell:
        del shell.environ["TWILIO_ACCOUNT_SID"]
        done = await shell.run("check", "--lang", "en")

        assert done.exit_code == 1
        assert "Set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN" in done.output


def test_the_fallback_is_written_as_files_that_lead_to_each_other(tmp_path: Path) -> None:
    done = CliRunner().invoke(
        hotline,
        ["twilio", "fallback", "--out", str(tmp_path / "out"), "--url", FALLBACK, "--lang", "en"],
    )

    assert done.exit_code == 0, done.output
    written = {path.name: path.read_text() for path in (tmp_path / "out").iterdir()}
    assert set(written) == {"fallback.xml", "thanks.xml", "sorry.xml"}
    assert 'action="https://backup.example.org/hotline/thanks.xml"' in written["fallback.xml"]
    assert 'maxLength="180"' in written["fallback.xml"]
    assert 'language="uk-UA"' in written["fallback.xml"]
    assert 'language="en-GB"' in written["fallback.xml"]
    assert f"TWILIO_FALLBACK_URL={FALLBACK}" in done.output


def test_without_an_address_no_fallback_is_written(tmp_path: Path) -> None:
    done = CliRunner().invoke(
        hotline,
        ["twilio", "fallback", "--out", str(tmp_path / "out")],
        env={"HOTLINE_ENVIRONMENT": "test", "TWILIO_FALLBACK_URL": ""},
    )

    assert done.exit_code == 1
    assert not (tmp_path / "out").exists()
