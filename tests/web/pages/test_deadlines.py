"""The calculator of terms says what the command says."""

import json

import httpx
import pytest
from click.testing import CliRunner

from hotline_sessions.cli.appeals_due import appeals
from hotline_sessions.domain.terms import TERM_CODES


pytestmark = pytest.mark.anyio


async def test_the_empty_page_offers_today_and_the_usual_term(client: httpx.AsyncClient) -> None:
    shown = await client.get("/deadlines")

    assert shown.status_code == 200
    assert 'value="2026-11-23"' in shown.text
    assert "Останній день за законом" not in shown.text
    assert 'href="/deadlines"' in (await client.get("/privacy")).text


@pytest.mark.parametrize("language", ["uk", "en"])
@pytest.mark.parametrize(("holidays", "flag"), [("worked", ""), ("kept", "--no-martial-law")])
async def test_page_and_command_give_one_answer_in_the_same_words(
    client: httpx.AsyncClient, language: str, holidays: str, flag: str
) -> None:
    place = "/en/deadlines" if language == "en" else "/deadlines"
    for code in TERM_CODES:
        asked = ["due", "--received", "2026-12-10", "--rule", code, "--lang", language, "--json"]
        told = CliRunner().invoke(appeals, [*asked, flag] if flag else asked)
        shown = await client.get(
            place, params={"received": "2026-12-10", "rule": code, "holidays": holidays}
        )

        counted = json.loads(told.output)["counted"]
        assert shown.status_code == 200
        assert [each["words"] in shown.text for each in counted] == [True] * len(counted), code


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"rule": "ART20_15D"}, "Вкажіть день надходження"),
        ({"rule": "ART20_15D", "received": "колись"}, "Вкажіть день надходження, наприклад"),
        ({"received": "2026-11-22"}, "Виберіть строк"),
        ({"rule": "INFO_5WD", "received": "2010-01-01"}, "закон ще не передбачав"),
        ({"rule": "ART99", "received": "2026-11-22"}, "закон ще не передбачав"),
        ({"rule": "ART20_15D", "received": "9999-12-31"}, "не пізніше кінця 2100 року"),
    ],
)
async def test_what_cannot_be_reckoned_is_said_at_its_field(
    client: httpx.AsyncClient, asked: dict[str, str], sentence: str
) -> None:
    shown = await client.get("/deadlines", params=asked)

    assert shown.status_code == 422
    assert sentence in shown.text
