"""The REST interface, asked without a library: refusals, filters and pages as Twilio has them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx
import pytest
from tests.phonesim.product import FakeProduct
from tests.phonesim.world import HOTLINE, OLENA, TARAS, configure

from hotline_sessions.phonesim.clock import VirtualClock
from hotline_sessions.phonesim.config import ACCOUNT_SID, AUTH_TOKEN
from hotline_sessions.phonesim.grammar import build_grammar
from hotline_sessions.phonesim.server import create_phonesim
from hotline_sessions.phonesim.simulator import Simulator


pytestmark = pytest.mark.anyio

BASE = f"http://phones.test/2010-04-01/Accounts/{ACCOUNT_SID}"
VOICE = "http://product.test/in"
OPEN_ENDED = "<Say>Так</Say><Pause length='6000'/>"
RECORDED = "<Start><Recording recordingStatusCallback='/rec'/></Start><Pause length='600'/>"
ROOM = "<Dial><Conference participantLabel='{}'>r</Conference></Dial>"


class Rest:
    """The interface, and the world behind it."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        product: FakeProduct,
        simulator: Simulator,
        clock: VirtualClock,
    ) -> None:
        self.client = client
        self.product = product
        self.simulator = simulator
        self.clock = clock

    async def ask(self, method: str, path: str, **fields: str) -> tuple[int, dict[str, Any]]:
        """Status and body of an answer; fields go where the method wants them."""
        where = {"params": fields} if method == "GET" else {"data": fields}
        answer = await self.client.request(method, f"{BASE}{path}", **where)  # type: ignore[arg-type]
        return answer.status_code, answer.json() if answer.content else {}

    async def refused(self, method: str, path: str, **fields: str) -> tuple[int, int]:
        """Status and code of a refusal."""
        status, body = await self.ask(method, path, **fields)
        assert body["more_info"].endswith(str(body["code"]))
        assert body["status"] == status
        return status, int(body["code"])

    async def dial(self, number: str) -> str:
        """Somebody calls the hotline; the name of the call."""
        handset = self.simulator.carrier.find_handset(number)
        assert handset is not None
        leg = self.simulator.engine.dial(handset, HOTLINE)
        await self.clock.advance(1)
        return leg.sid

    def say(self, number: str, text: str) -> None:
        """Somebody speaks."""
        handset = self.simulator.carrier.find_handset(number)
        assert handset is not None
        self.simulator.engine.say(handset, text)


@asynccontextmanager
async def open_rest(document: str = OPEN_ENDED) -> AsyncIterator[Rest]:
    product, clock = FakeProduct(), VirtualClock()
    product.answer("/in", document)
    build_grammar()
    config = configure(product, recording_base_url="http://phones.test")
    app = create_phonesim(config, clock=clock, transport=httpx.ASGITransport(product))
    simulator: Simulator = app.state.simulator
    transport = httpx.ASGITransport(app)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, auth=(ACCOUNT_SID, AUTH_TOKEN)) as client:
        try:
            yield Rest(client, product, simulator, clock)
        finally:
            await simulator.stop()


@pytest.mark.parametrize(
    "path",
    [
        "/Calls/CA0.json",
        "/Calls/CA0/Recordings.json",
        "/Calls/CA0/Payments.json",
        "/Conferences/CF0.json",
        "/Conferences/CF0/Participants.json",
        "/Conferences/CF0/Participants/citizen.json",
        "/Conferences/CF0/Songs.json",
        "/Queues/QU0.json",
        "/Queues/QU0/Members.json",
        "/Queues/QU0/Members/Front.json",
        "/Queues/QU0/Members/Front/Shoes.json",
        "/Messages/SM0.json",
        "/Recordings/RE0.json",
        "/Recordings/RE0.wav",
        "/Recordings/RE0/Transcriptions.json",
        "/IncomingPhoneNumbers/PN0.json",
        "/Fax.json",
    ],
)
async def test_what_is_not_there_is_20404(path: str) -> None:
    async with open_rest() as rest:
        assert await rest.refused("GET", path) == (404, 20404)


@pytest.mark.parametrize("path", ["/Calls/CA0.json", "/Messages.json", "/Recordings/RE0.json"])
async def test_nothing_is_deleted_that_cannot_be(path: str) -> None:
    async with open_rest() as rest:
        assert await rest.refused("DELETE", path) == (404, 20404)


@pytest.mark.parametrize(
    "header",
    ["", "Basic", "Basic %%%", "Basic /w==", "Bearer abc", "Basic QUMxOng="],
    ids=["none", "empty", "no-base64", "no-text", "other-scheme", "other-account"],
)
async def test_strangers_are_20003_whatever_they_send(header: str) -> None:
    async with open_rest() as rest, httpx.AsyncClient(transport=rest.client._transport) as stranger:  # noqa: SLF001 - the same world
        answer = await stranger.get(f"{BASE}/Calls.json", headers={"Authorization": header})

        assert (answer.status_code, answer.json()["code"]) == (401, 20003)
        assert answer.headers["www-authenticate"].startswith("Basic")


async def test_a_right_key_does_not_open_another_account() -> None:
    async with open_rest() as rest:
        other = BASE.replace(ACCOUNT_SID, "AC" + "6" * 32)

        assert (await rest.client.get(f"{other}/Calls.json")).status_code == 401


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"To": OLENA, "Url": VOICE}, 21213),
        ({"To": OLENA, "From": "x", "Url": VOICE}, 21212),
        ({"To": OLENA, "From": HOTLINE}, 21205),
        ({"To": OLENA, "From": HOTLINE, "Url": VOICE, "Timeout": "soon"}, 20001),
        ({"To": OLENA, "From": HOTLINE, "Url": VOICE, "StatusCallback": "ftp://x/"}, 21205),
    ],
)
async def test_a_call_that_is_badly_asked_for_is_not_made(
    fields: dict[str, str], code: int
) -> None:
    async with open_rest() as rest:
        assert await rest.refused("POST", "/Calls.json", **fields) == (400, code)


async def test_a_call_that_rings_cannot_be_redirected_but_taken_back() -> None:
    async with open_rest() as rest:
        asked = {"To": OLENA, "From": HOTLINE, "Url": VOICE}
        _, call = await rest.ask("POST", "/Calls.json", **asked)
        await rest.clock.advance(2)
        path = f"/Calls/{call['sid']}.json"

        assert await rest.refused("POST", path, Url=VOICE) == (400, 21220)
        status, ended = await rest.ask("POST", path, Status="canceled")

        assert (status, ended["status"]) == (200, "canceled")
        assert await rest.refused("POST", path, Status="completed") == (400, 21220)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, 21205),
        ({"Url": "/in"}, 21205),
        ({"Status": "busy"}, 21220),
        ({"Twiml": "<Say>" + "я" * 4000 + "</Say>"}, 21623),
    ],
)
async def test_a_call_that_is_badly_moved_goes_on(fields: dict[str, str], code: int) -> None:
    async with open_rest() as rest:
        sid = await rest.dial(OLENA)

        assert await rest.refused("POST", f"/Calls/{sid}.json", **fields) == (400, code)

        _, call = await rest.ask("GET", f"/Calls/{sid}.json")
        assert call["status"] == "in-progress"


async def test_a_call_that_was_answered_is_not_taken_back() -> None:
    async with open_rest() as rest:
        sid = await rest.dial(OLENA)

        _, call = await rest.ask("POST", f"/Calls/{sid}.json", Status="canceled")

        assert call["status"] == "in-progress"


async def test_calls_are_found_by_who_called_and_when() -> None:
    async with open_rest() as rest:
        first = await rest.dial(OLENA)
        await rest.clock.advance(3600)
        second = await rest.dial(TARAS)
        between = (rest.clock.now() - timedelta(minutes=30)).isoformat()

        async def find(**query: str) -> list[str]:
            _, body = await rest.ask("GET", "/Calls.json", **query)
            return [call["sid"] for call in body["calls"]]

        assert await find(From=OLENA) == [first]
        assert await find(Status="no-answer") == []
        assert await find(**{"StartTime<": between}) == [first]
        assert await find(**{"StartTime>": between}) == [second]
        assert await find(**{"StartTime>": "2020-01-01"}) == [second, first]
        assert await rest.refused("GET", "/Calls.json", **{"StartTime>": "x"}) == (400, 20001)


async def test_pages_name_their_neighbours() -> None:
    async with open_rest() as rest:
        for _ in range(3):
            await rest.ask("POST", "/Messages.json", To=TARAS, From=HOTLINE, Body="раз")

        _, page = await rest.ask("GET", "/Messages.json", PageSize="1", Page="1", To=TARAS)

        assert (page["start"], page["end"], len(page["messages"])) == (1, 1, 1)
        assert "Page=0" in page["previous_page_uri"]
        assert "Page=2" in page["next_page_uri"]
        assert "To=" in page["next_page_uri"]
        _, last = await rest.ask("GET", "/Messages.json", PageSize="1", Page="2")
        assert last["next_page_uri"] is None
        assert await rest.refused("GET", "/Messages.json", PageSize="many") == (400, 20001)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"From": HOTLINE, "Body": "раз"}, 21604),
        ({"To": "abc", "From": HOTLINE, "Body": "раз"}, 21211),
        ({"To": TARAS, "Body": "раз"}, 21603),
        ({"To": TARAS, "From": "+380501111111", "Body": "раз"}, 21606),
        ({"To": TARAS, "From": "Name too long", "Body": "раз"}, 21606),
        ({"To": TARAS, "From": HOTLINE}, 21602),
        ({"To": TARAS, "From": HOTLINE, "Body": "я" * 1601}, 21617),
    ],
)
async def test_a_text_that_cannot_be_sent_is_not(fields: dict[str, str], code: int) -> None:
    async with open_rest() as rest:
        assert await rest.refused("POST", "/Messages.json", **fields) == (400, code)
        assert rest.simulator.carrier.messages == {}


async def test_a_text_may_come_from_a_messaging_service() -> None:
    async with open_rest() as rest:
        asked = {"To": TARAS, "MessagingServiceSid": "MG" + "1" * 32, "Body": "раз"}
        status, sent = await rest.ask("POST", "/Messages.json", **asked)

        assert (status, sent["messaging_service_sid"]) == (201, "MG" + "1" * 32)
        _, found = await rest.ask("GET", "/Messages.json", From="MG" + "1" * 32)
        assert [one["sid"] for one in found["messages"]] == [sent["sid"]]


async def test_a_number_is_fetched_and_changed_field_by_field() -> None:
    async with open_rest() as rest:
        _, listed = await rest.ask("GET", "/IncomingPhoneNumbers.json", PhoneNumber="*800*")
        path = f"/IncomingPhoneNumbers/{listed['incoming_phone_numbers'][0]['sid']}.json"

        await rest.ask("POST", path, FriendlyName="Гаряча лінія", SmsUrl="http://product.test/sms")

        _, number = await rest.ask("GET", path)
        assert (number["friendly_name"], number["voice_url"]) == ("Гаряча лінія", VOICE)
        assert await rest.refused("POST", path, VoiceUrl="nowhere") == (400, 21205)
        assert (await rest.ask("GET", path))[1]["voice_url"] == VOICE


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, 22001),
        ({"FriendlyName": "q", "MaxSize": "0"}, 22002),
        ({"FriendlyName": "q", "MaxSize": "5001"}, 22002),
        ({"FriendlyName": "taken"}, 22003),
    ],
)
async def test_a_queue_that_is_badly_asked_for_is_not_made(
    fields: dict[str, str], code: int
) -> None:
    async with open_rest() as rest:
        await rest.ask("POST", "/Queues.json", FriendlyName="taken")

        assert await rest.refused("POST", "/Queues.json", **fields) == (400, code)
        assert len(rest.simulator.carrier.queues) == 1


async def test_a_queue_is_changed_and_its_members_are_looked_at_without_moving_them() -> None:
    async with open_rest("<Enqueue>q</Enqueue>") as rest:
        sid = await rest.dial(OLENA)
        queue = rest.simulator.carrier.get_queue("q").sid
        path = f"/Queues/{queue}"

        _, changed = await rest.ask("POST", f"{path}.json", MaxSize="7", FriendlyName="r")
        _, member = await rest.ask("GET", f"{path}/Members/{sid}.json")

        assert (changed["max_size"], changed["friendly_name"]) == (7, "r")
        assert (member["call_sid"], member["position"]) == (sid, 1)
        assert await rest.refused("POST", f"{path}/Members/Front.json") == (400, 21205)
        assert (await rest.ask("GET", f"{path}.json"))[1]["current_size"] == 1


async def test_a_full_queue_sends_the_caller_to_the_action_and_keeps_who_waits() -> None:
    product_says = '<Enqueue action="/full">q</Enqueue>'
    async with open_rest(product_says) as rest:
        await rest.ask("POST", "/Queues.json", FriendlyName="q", MaxSize="1")
        first = await rest.dial(OLENA)

        second = await rest.dial(TARAS)

        queue = rest.simulator.carrier.get_queue("q")
        assert [member.leg.sid for member in queue.members] == [first]
        await rest.clock.advance(3)
        assert (await rest.ask("GET", f"/Calls/{second}.json"))[1]["status"] == "completed"


async def test_conferences_are_found_by_name_and_participants_by_how_they_are() -> None:
    async with open_rest(ROOM.format("citizen")) as rest:
        sid = await rest.dial(OLENA)
        people = "/Conferences/r/Participants"

        await rest.ask("POST", f"{people}/citizen.json", Muted="true", EndConferenceOnExit="true")
        _, muted = await rest.ask("GET", f"{people}.json", Muted="true")
        _, held = await rest.ask("GET", f"{people}.json", Hold="true")
        _, others = await rest.ask("GET", "/Conferences.json", FriendlyName="other")

        assert [one["call_sid"] for one in muted["participants"]] == [sid]
        assert (held["participants"], others["conferences"]) == ([], [])
        assert muted["participants"][0]["end_conference_on_exit"] is True
        assert await rest.refused("POST", "/Conferences/r.json", Status="init") == (400, 20001)
        assert (await rest.ask("GET", "/Conferences/r.json"))[1]["friendly_name"] == "r"


async def test_who_coaches_is_heard_by_the_coached_only_and_may_stop() -> None:
    async with open_rest(ROOM.format("citizen")) as rest:
        sid = await rest.dial(OLENA)
        path = "/Conferences/r/Participants/citizen.json"

        fields = {"Coaching": "true", "CallSidToCoach": "CA1"}
        assert await rest.refused("POST", path, **fields) == (400, 13240)
        _, coach = await rest.ask("POST", path, Coaching="true", CallSidToCoach=sid)
        _, plain = await rest.ask("POST", path, Coaching="false")

        assert (coach["call_sid"], coach["coaching"], plain["coaching"]) == (sid, True, False)


async def test_after_its_end_a_conference_has_no_participant_to_be_moved() -> None:
    async with open_rest(ROOM.format("citizen")) as rest:
        await rest.dial(OLENA)
        conference = next(iter(rest.simulator.carrier.conferences))
        _, ended = await rest.ask("POST", f"/Conferences/{conference}.json", Status="completed")
        await rest.clock.advance(2)

        path = f"/Conferences/{conference}/Participants/citizen.json"
        assert await rest.refused("GET", path) == (404, 20404)
        assert ended["sid"] == conference


async def test_a_recording_is_made_listed_fetched_heard_and_deleted() -> None:
    async with open_rest(RECORDED) as rest:
        sid = await rest.dial(OLENA)
        rest.say(OLENA, "Коли полагодять дорогу?")
        await rest.clock.advance(5)
        await rest.ask("POST", f"/Calls/{sid}.json", Status="completed")
        await rest.clock.advance(3)

        _, listed = await rest.ask("GET", f"/Calls/{sid}/Recordings.json")
        recording = listed["recordings"][0]
        path = f"/Recordings/{recording['sid']}"

        assert (recording["status"], recording["call_sid"]) == ("completed", sid)
        assert int(recording["duration"]) >= 5
        assert (await rest.ask("GET", f"{path}.json"))[1]["duration"] == recording["duration"]
        assert (await rest.ask("GET", "/Recordings.json", CallSid="CA0"))[1]["recordings"] == []
        media = await rest.client.get(f"{BASE}{path}.wav")
        assert (media.headers["content-type"], media.content[:4]) == ("audio/wav", b"RIFF")
        assert await rest.ask("DELETE", f"{path}.json") == (204, {})
        assert await rest.refused("GET", f"{path}.json") == (404, 20404)


async def test_who_speaks_on_after_his_recording_was_deleted_is_heard_and_not_recorded() -> None:
    async with open_rest(RECORDED) as rest:
        await rest.dial(OLENA)
        sid = next(iter(rest.simulator.carrier.recordings))
        await rest.ask("DELETE", f"/Recordings/{sid}.json")

        rest.say(OLENA, "Алло")
        await rest.clock.advance(2)

        assert rest.simulator.carrier.recordings == {}


async def test_who_is_put_on_hold_is_found_so_and_hears_what_is_announced() -> None:
    async with open_rest(ROOM.format("citizen")) as rest:
        sid = await rest.dial(OLENA)
        people = "/Conferences/r/Participants"
        path = f"{people}/citizen.json"

        _, held = await rest.ask("POST", path, Hold="true", HoldUrl="http://product.test/hold")
        _, ignored = await rest.ask("POST", path, EndConferenceOnExit="true")
        _, listed = await rest.ask("GET", f"{people}.json", Hold="true")
        await rest.ask("POST", path, Hold="false")
        _, free = await rest.ask("GET", f"{people}.json", Hold="true")

        assert (held["hold"], ignored["end_conference_on_exit"]) == (True, False)
        assert [one["call_sid"] for one in listed["participants"]] == [sid]
        assert free["participants"] == []


async def test_who_is_taken_out_of_a_conference_is_its_participant_no_more() -> None:
    async with open_rest(ROOM.format("citizen")) as rest:
        await rest.dial(OLENA)
        path = "/Conferences/r/Participants/citizen.json"

        assert await rest.ask("DELETE", path) == (204, {})
        await rest.clock.advance(1)

        assert await rest.refused("GET", path) == (404, 20404)


async def test_an_empty_queue_is_deleted_and_one_where_somebody_waits_is_not() -> None:
    async with open_rest("<Enqueue>q</Enqueue>") as rest:
        await rest.dial(OLENA)
        waiting = rest.simulator.carrier.get_queue("q").sid
        _, empty = await rest.ask("POST", "/Queues.json", FriendlyName="empty")

        assert await rest.refused("DELETE", f"/Queues/{waiting}.json") == (400, 22004)
        assert await rest.ask("DELETE", f"/Queues/{empty['sid']}.json") == (204, {})

        _, listed = await rest.ask("GET", "/Queues.json")
        assert [queue["sid"] for queue in listed["queues"]] == [waiting]
        _, members = await rest.ask("GET", f"/Queues/{waiting}/Members.json")
        assert len(members["queue_members"]) == 1


async def test_who_waits_in_front_is_taken_to_another_document() -> None:
    async with open_rest("<Enqueue>q</Enqueue>") as rest:
        first = await rest.dial(OLENA)
        second = await rest.dial(TARAS)
        queue = rest.simulator.carrier.get_queue("q")
        rest.product.answer("/next", "<Say>Ваша черга</Say>", OPEN_ENDED)

        path = f"/Queues/{queue.sid}/Members/Front.json"
        _, moved = await rest.ask("POST", path, Url="http://product.test/next")
        await rest.clock.advance(2)

        assert moved["call_sid"] == first
        assert [member.leg.sid for member in queue.members] == [second]
