"""Recordings of a network that answers as Twilio does: told, listed, fetched, kept, deleted."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import httpx
import pytest
from msgspec import Struct
from tests.phonesim.product import FakeProduct
from tests.phonesim.served import free_port, serve
from tests.phonesim.world import HOTLINE, OLENA, configure
from tests.services.recorded import Studio, make_studio

from hotline_sessions.domain.calls import Leg
from hotline_sessions.domain.deliveries import Delivery
from hotline_sessions.domain.ids import CallSid
from hotline_sessions.domain.recordings import RecordingSid, RecordingState, SoundStatus
from hotline_sessions.domain.transcripts import Speaker
from hotline_sessions.gateways.storage import ObjectStorage, open_storage
from hotline_sessions.gateways.twilio.gateway import TwilioAccount, open_twilio
from hotline_sessions.gateways.twilio.line import TwilioPhoneLine
from hotline_sessions.gateways.twilio.payloads import read_form
from hotline_sessions.gateways.twilio.recordings import TwilioRecordings
from hotline_sessions.gateways.twilio.sound_forms import (
    RecordingForm,
    SentenceForm,
    TranscriptionForm,
    read_found,
    read_words,
    speaker_of,
)
from hotline_sessions.phonesim.config import ACCOUNT_SID, AUTH_TOKEN
from hotline_sessions.phonesim.play import Phone, open_control, take_phone
from hotline_sessions.phonesim.server import create_phonesim
from hotline_sessions.phonesim.simulator import Simulator
from hotline_sessions.services.recording_cleanup import NEWS, reconcile_recordings
from hotline_sessions.services.recording_copies import take_in_recordings
from hotline_sessions.services.recordings import note_recording
from hotline_sessions.store.engine import fetch_value, run_sql


pytestmark = pytest.mark.anyio

LISTEN = (
    '<Start><Recording channels="dual" track="both" recordingStatusCallback="/tw/v1/rec"'
    ' recordingStatusCallbackEvent="in-progress completed absent"/></Start>'
    '<Start><Transcription languageCode="uk-UA" track="both_tracks" inboundTrackLabel="citizen"'
    ' outboundTrackLabel="official" statusCallbackUrl="/tw/v1/stt"/></Start>'
)
TALK = "<Pause length='600'/>"
ASK = (
    '<Record maxLength="60" timeout="5" finishOnKey="#" action="/done"'
    ' recordingStatusCallback="/tw/v1/rec" recordingStatusCallbackEvent="completed absent"/>'
)


Form = TypeVar("Form", bound=Struct)


class Line:
    """The simulated network, our way to its recordings, and a storage of our own."""

    def __init__(
        self,
        line: TwilioPhoneLine,
        recorder: TwilioRecordings,
        product: FakeProduct,
        simulator: Simulator,
        storage: ObjectStorage,
        phone: Phone,
    ) -> None:
        self.line = line
        self.recorder = recorder
        self.product = product
        self.simulator = simulator
        self.storage = storage
        self.phone = phone

    async def call(self, *document: str) -> CallSid:
        """A citizen calls and hears ``document``."""
        self.product.answer("/in", *document)
        self.product.answer("/done", "<Hangup/>")
        await self.phone.dial(HOTLINE)
        view = await self.phone.wait_state("connected")
        return CallSid(view.call_sid)

    def list_running(self) -> list[str]:
        """Calls that the network records now."""
        kept = self.simulator.carrier.recordings.values()
        return [each.call_sid for each in kept if each.is_running]

    async def end(self) -> None:
        """The citizen hangs up, and the network has told that the recording is complete."""
        await self.phone.hang_up()
        async with asyncio.timeout(20):
            while self.product.events("/tw/v1/rec", "RecordingStatus")[-1:] != ["completed"]:  # noqa: ASYNC110 - the network has no event for it
                await asyncio.sleep(0.05)


@asynccontextmanager
async def open_line(folder: Path) -> AsyncIterator[Line]:
    product = FakeProduct()
    app = create_phonesim(configure(product, speed=40.0), transport=httpx.ASGITransport(product))
    async with serve(app, free_port()) as base, open_control(base) as control:
        account = TwilioAccount(
            account_sid=ACCOUNT_SID,
            token=AUTH_TOKEN,
            caller_id=HOTLINE,
            sms_sender="Hotline",
            public_base_url=product.base,
            base_url=base,
        )
        async with open_twilio(account) as twilio:
            assert twilio.recordings is not None
            yield Line(
                twilio.line,
                twilio.recordings,
                product,
                app.state.simulator,
                open_storage("", data_dir=folder),
                await take_phone(control, OLENA),
            )


async def adopt(studio: Studio, sid: CallSid) -> Leg:
    """The call of the network becomes one of the session, its citizen having agreed."""
    leg = await studio.call()
    await run_sql(
        "update call set sid = $2, consented_at = '2020-01-01' where id = $1", leg.id, sid
    )
    return leg


async def work(line: Line, studio: Studio) -> None:
    while await take_in_recordings(line.recorder, line.storage, clock=studio.clock):
        pass


@pytest.mark.usefixtures("database")
async def test_a_talk_comes_into_our_storage_and_leaves_the_network(tmp_path: Path) -> None:
    studio = await make_studio()
    async with open_line(tmp_path) as line:
        sid = await line.call(LISTEN, TALK)
        leg = await adopt(studio, sid)
        await line.phone.say("Протікає дах")
        await line.end()
        listed = await line.recorder.list_kept()
        studio.clock.set(listed[0].started_at + NEWS + timedelta(minutes=1))

        await reconcile_recordings(line.recorder, clock=studio.clock)
        await work(line, studio)

        assert [(each.call, each.channels, each.is_question) for each in listed] == [
            (sid, 2, False)
        ]
        assert await line.recorder.list_kept() == []
        key = await fetch_value("select storage_key from recording where call = $1", leg.id)
        kept = await line.storage.read(key)
        assert await studio.state(leg) is RecordingState.KEPT
        assert kept is not None
        assert kept.startswith(b"RIFF")
        assert key.endswith(".wav")


@pytest.mark.usefixtures("database")
async def test_what_nobody_agreed_to_is_stopped_and_deleted_in_the_middle_of_the_talk(
    tmp_path: Path,
) -> None:
    studio = await make_studio(is_recorded=False)
    async with open_line(tmp_path) as line:
        leg = await adopt(studio, await line.call(LISTEN, TALK))
        found = (await line.recorder.list_kept())[0]
        delivery = Delivery(source="recording", key="a", path="/", body={})
        await note_recording(found, delivery, clock=studio.clock)

        await work(line, studio)

        assert found.status is SoundStatus.UNDER_WAY
        assert await line.recorder.list_kept() == []
        assert await studio.state(leg) is RecordingState.ERASED
        assert await fetch_value("select storage_key from recording") == ""


async def test_what_the_network_tells_is_what_is_read(tmp_path: Path) -> None:
    async with open_line(tmp_path) as line:
        sid = await line.call(LISTEN, TALK)
        await line.phone.say("Протікає дах")
        await line.end()
        told = [read_fields(fields, RecordingForm) for fields in line.product.asked("/tw/v1/rec")]
        heard = [
            read_fields(fields, SentenceForm)
            for fields in line.product.asked("/tw/v1/stt")
            if read_fields(fields, TranscriptionForm).transcription_event.endswith("content")
        ]
        now = line.simulator.clock.now()

    assert [read_found(form, now).status for form in told] == [
        SoundStatus.UNDER_WAY,
        SoundStatus.COMPLETED,
    ]
    assert {form.call_sid for form in told} == {sid}
    assert [(speaker_of(form), read_words(form)) for form in heard] == [
        (Speaker.CITIZEN, "Протікає дах")
    ]


async def test_a_question_is_known_as_one_when_it_is_told_and_when_it_is_listed(
    tmp_path: Path,
) -> None:
    async with open_line(tmp_path) as line:
        await line.call(ASK)
        await line.phone.say("Де автобус")
        await line.end()
        told = [read_fields(fields, RecordingForm) for fields in line.product.asked("/tw/v1/rec")]
        listed = await line.recorder.list_kept()

        assert [read_found(form, listed[0].started_at).is_question for form in told] == [True]
        assert [each.is_question for each in listed] == [True]


async def test_recordings_nobody_has_told_of_are_stopped_unless_they_began_later(
    tmp_path: Path,
) -> None:
    async with open_line(tmp_path) as line:
        sid = await line.call(LISTEN, TALK)
        began = (await line.recorder.list_kept())[0].started_at

        await line.line.stop_recordings(sid, until=began - timedelta(seconds=1))
        before = line.list_running()
        await line.line.stop_recordings(sid, until=began)

        assert (before, line.list_running()) == ([sid], [])


async def test_the_question_that_is_being_spoken_is_not_stopped(tmp_path: Path) -> None:
    async with open_line(tmp_path) as line:
        sid = await line.call(ASK)

        await line.line.stop_recordings(sid, until=None)

        assert line.list_running() == [sid]


async def test_what_is_not_there_is_deleted_and_stopped_without_harm(tmp_path: Path) -> None:
    nothing = RecordingSid("RE" + "0" * 32)
    async with open_line(tmp_path) as line:
        await line.recorder.delete(nothing)
        await line.recorder.stop(CallSid("CA" + "0" * 32), nothing)

        assert await line.recorder.list_kept() == []


def read_fields(fields: dict[str, str], kind: type[Form]) -> Form:
    return read_form(list(fields.items()), kind)
