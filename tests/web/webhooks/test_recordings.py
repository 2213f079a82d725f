"""Recordings and transcriptions as the network tells of them: signed, forged, repeated, strange."""

import base64
import hashlib
import hmac
from collections.abc import AsyncIterator
from typing import Any, Final, cast
from urllib.parse import urlencode

import httpx
import pytest
from litestar import Litestar, Router
from litestar.di import Provide
from tests.factories import SECRET
from tests.services.recorded import Studio, make_studio

from hotline_sessions.domain.calls import Consent, Leg
from hotline_sessions.domain.recordings import RecordingState
from hotline_sessions.gateways.twilio.addresses import PREFIX
from hotline_sessions.store.engine import fetch_rows, fetch_value, run_sql
from hotline_sessions.web.errors import exception_handlers
from hotline_sessions.web.webhooks.genuine import genuine_form
from hotline_sessions.web.webhooks.recordings import note_recording
from hotline_sessions.web.webhooks.setup import TwilioSetup
from hotline_sessions.web.webhooks.transcripts import note_words


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

BASE: Final = "https://hotline.example.gov.ua"
TOKEN: Final = "0123456789abcdef0123456789abcdef"
ACCOUNT: Final = "AC" + "5" * 32
RECORDING: Final = "RE" + "a" * 32
TRANSCRIPTION: Final = "GT" + "b" * 32
STARTED: Final = "Mon, 23 Nov 2026 08:00:00 +0000"


def sign(url: str, form: dict[str, str]) -> str:
    text = url + "".join(name + form[name] for name in sorted(form))
    digest = hmac.new(TOKEN.encode(), text.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


class Network:
    """Twilio, or somebody who pretends to be it."""

    def __init__(self, client: httpx.AsyncClient, studio: Studio, leg: Leg) -> None:
        self.client = client
        self.studio = studio
        self.leg = leg

    async def post(self, path: str, form: dict[str, str], signature: str | None = None) -> int:
        """Status of the answer; genuine unless ``signature`` is given."""
        response = await self.client.post(
            f"{PREFIX}{path}",
            content=urlencode(form),
            headers={
                "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
                "X-Twilio-Signature": signature
                if signature is not None
                else sign(f"{BASE}{PREFIX}{path}", form),
            },
        )
        return response.status_code

    async def tell(self, status: str = "completed", **changes: str) -> int:
        """A recording reports."""
        return await self.post(f"/rec?leg={self.leg.public_id}", self.recording(status, **changes))

    async def hear(self, words: str, number: int, **changes: str) -> int:
        """A sentence is heard."""
        return await self.post(
            f"/stt?leg={self.leg.public_id}", self.sentence(words, number, **changes)
        )

    def recording(self, status: str = "completed", **changes: str) -> dict[str, str]:
        return {
            "AccountSid": ACCOUNT,
            "CallSid": str(self.leg.sid),
            "RecordingSid": RECORDING,
            "RecordingUrl": f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Recordings/{RECORDING}",
            "RecordingStatus": status,
            "RecordingDuration": "95",
            "RecordingChannels": "2",
            "RecordingStartTime": STARTED,
            "RecordingSource": "StartCallRecordingTwiML",
            "RecordingTrack": "both",
        } | changes

    def sentence(self, words: str, number: int, **changes: str) -> dict[str, str]:
        return {
            "AccountSid": ACCOUNT,
            "CallSid": str(self.leg.sid),
            "LanguageCode": "uk-UA",
            "TranscriptionSid": TRANSCRIPTION,
            "TranscriptionEvent": "transcription-content",
            "TranscriptionData": f'{{"transcript":"{words}","confidence":0.94}}',
            "Track": "inbound_track",
            "Final": "true",
            "SequenceId": str(number),
            "Timestamp": "2026-11-23T08:00:07.611Z",
        } | changes


@pytest.fixture
async def network() -> AsyncIterator[Network]:
    studio = await make_studio(is_transcribed=True)
    setup = TwilioSetup(
        public_base_url=BASE,
        account_sid=ACCOUNT,
        secrets=(TOKEN,),
        booking_secret=SECRET,
        clock=studio.clock,
    )
    router = Router(
        path=PREFIX,
        route_handlers=[note_recording, note_words],
        dependencies={
            "setup": Provide(lambda: setup, sync_to_thread=False),
            "genuine": Provide(genuine_form),
        },
    )
    app = Litestar(
        [router], exception_handlers=exception_handlers(), openapi_config=None, logging_config=None
    )
    transport = httpx.ASGITransport(cast("Any", app))
    async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
        yield Network(client, studio, await studio.call())


async def state(network: Network) -> RecordingState:
    return await network.studio.state(network.leg)


async def test_a_recording_goes_from_its_beginning_to_ready(network: Network) -> None:
    assert await network.tell("in-progress", RecordingDuration="-1") == 204
    assert await state(network) is RecordingState.RECORDING

    assert await network.tell() == 204
    assert await state(network) is RecordingState.READY


async def test_news_in_the_wrong_order_or_twice_is_answered_and_changes_nothing(
    network: Network,
) -> None:
    answers = [await network.tell(status) for status in ("completed", "in-progress", "completed")]

    assert answers == [204] * 3
    assert await state(network) is RecordingState.READY
    keys = await fetch_rows("select key from webhook_delivery where source = 'recording'")
    assert {row["key"] for row in keys} == {f"{RECORDING}:completed", f"{RECORDING}:in-progress"}


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://127.0.0.1:5432/",
        "file:///etc/passwd",
        "https://evil.example/redirect?to=http://localhost/",
        "gopher://127.0.0.1:6379/_FLUSHALL",
    ],
)
async def test_an_address_in_the_news_is_never_followed(network: Network, url: str) -> None:
    """TEL-10: the recorder is asked by the name of the recording; nothing else leads anywhere."""
    assert await network.tell(RecordingUrl=url) == 204
    await network.studio.work()

    rows = await fetch_rows("select * from recording")
    assert all(url not in str(dict(row)) for row in rows)
    assert await state(network) is RecordingState.READY  # Under that name the network has nothing.


@pytest.mark.parametrize(
    "changes",
    [
        {"RecordingSid": "RE1"},
        {"RecordingSid": "RE" + "a" * 30 + "/.."},
        {"RecordingStatus": "deleted"},
        {"RecordingDuration": "forever"},
        {"RecordingChannels": "3"},
        {"RecordingStartTime": "yesterday"},
        {"CallSid": "CA-of-mine"},
    ],
    ids=str,
)
async def test_news_that_the_network_does_not_send_is_refused(
    network: Network, changes: dict[str, str]
) -> None:
    assert await network.tell(**changes) == 400
    assert await network.studio.count(network.leg) == 0


async def test_forged_news_and_news_of_another_account_leave_no_trace(network: Network) -> None:
    forged = await network.post("/rec", network.recording(), "rubbish")
    foreign = await network.post("/rec", network.recording(AccountSid="AC" + "6" * 32))
    words = await network.post("/stt", network.sentence("слова", 1), "rubbish")

    assert (forged, foreign, words) == (403, 403, 403)
    assert await fetch_value("select count(*) from recording") == 0
    assert await fetch_value("select count(*) from transcript") == 0


async def test_a_recording_of_a_call_nobody_knows_is_answered_and_told_as_an_alarm(
    network: Network, capsys: pytest.CaptureFixture[str]
) -> None:
    unknown = network.recording(CallSid="CA" + "e" * 32)

    assert await network.post("/rec", unknown) == 204
    assert "recording_unclaimed" in capsys.readouterr().out


async def test_a_question_is_known_by_what_recorded_it(network: Network) -> None:
    assert await network.tell(RecordingSource="RecordVerb", RecordingChannels="1") == 204

    assert await fetch_value("select kind from recording") == "question"


async def test_what_is_heard_prefills_the_question_and_is_not_kept_in_the_inbox(
    network: Network,
) -> None:
    await network.hear("добрий день", 2)
    await network.hear("слухаю вас", 3, Track="outbound_track")
    await network.hear("протікає дах", 4)
    await network.hear("протікає дах", 4)

    drafts = await fetch_rows("select machine_words from question")
    assert [row["machine_words"] for row in drafts] == ["Добрий день. Протікає дах."]
    heard = await fetch_rows("select speaker, words from transcript order by sequence")
    assert [tuple(row.values()) for row in heard] == [
        ("citizen", "добрий день"),
        ("official", "слухаю вас"),
        ("citizen", "протікає дах"),
    ]
    assert "дах" not in str(await fetch_rows("select body from webhook_delivery"))


async def test_sentences_in_any_order_make_the_same_draft(network: Network) -> None:
    for number, words in ((4, "третє"), (2, "перше"), (3, "друге")):
        await network.hear(words, number)

    drafts = await fetch_rows("select machine_words from question")
    assert [row["machine_words"] for row in drafts] == ["Перше. Друге. Третє."]


@pytest.mark.parametrize("consent", [Consent.NO, Consent.NONE])
async def test_nothing_that_is_heard_without_consent_is_kept(
    network: Network, consent: Consent, capsys: pytest.CaptureFixture[str]
) -> None:
    await run_sql("update call set consent = $1", consent.value)

    assert await network.hear("протікає дах", 2) == 204
    assert await fetch_value("select count(*) from transcript") == 0
    said = capsys.readouterr().out
    assert "transcription_without_consent" in said
    assert "дах" not in said


async def test_a_session_without_transcription_keeps_no_words(network: Network) -> None:
    await run_sql("update session set is_transcribed = false")

    assert await network.hear("протікає дах", 2) == 204
    assert await fetch_value("select count(*) from transcript") == 0


async def test_words_of_another_leg_than_the_address_names_are_not_believed(
    network: Network,
) -> None:
    assert await network.post("/stt?leg=0000000000", network.sentence("слова", 2)) == 204
    assert await fetch_value("select count(*) from transcript") == 0


async def test_guesses_and_silence_are_not_kept(network: Network) -> None:
    answers = [
        await network.hear("може", 2, Final="false"),
        await network.hear("", 3),
        await network.hear("x", 4, TranscriptionEvent="transcription-started"),
        await network.hear("x", 5, TranscriptionEvent="transcription-stopped"),
    ]

    assert answers == [204] * 4
    assert await fetch_value("select count(*) from transcript") == 0


async def test_a_transcriber_that_fails_is_told_in_the_log(
    network: Network, capsys: pytest.CaptureFixture[str]
) -> None:
    form = network.sentence("", 9, TranscriptionEvent="transcription-error")

    assert await network.post("/stt", form) == 204
    assert "transcription_failed" in capsys.readouterr().out


@pytest.mark.parametrize(
    "changes",
    [
        {"TranscriptionData": "not json"},
        {"TranscriptionData": '{"words": 1}'},
        {"TranscriptionData": "[" * 3000},
        {"Track": "both_tracks"},
        {"TranscriptionSid": "GT1"},
        {"SequenceId": "many"},
    ],
    ids=lambda changes: str(changes)[:40],
)
async def test_words_that_the_network_does_not_send_are_refused(
    network: Network, changes: dict[str, str]
) -> None:
    assert await network.hear("слова", 2, **changes) == 400
    assert await fetch_value("select count(*) from transcript") == 0
