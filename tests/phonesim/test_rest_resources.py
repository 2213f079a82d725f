"""What else the REST interface has, and that all of it has the provider's form."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from openapi_schema_validator import OAS30Validator
from referencing import Registry
from referencing.jsonschema import DRAFT4
from tests.phonesim.test_rest_answers import OPEN_ENDED, ROOM, VOICE, Rest, open_rest
from tests.phonesim.world import HOTLINE, OFFICIAL, OLENA, TARAS

from hotline_sessions.phonesim.config import ACCOUNT_SID, SimConfig


pytestmark = pytest.mark.anyio

DESCRIPTION = Path(__file__).parents[1] / "data" / "twilio_api_v2010.subset.json"
BASE = f"/2010-04-01/Accounts/{ACCOUNT_SID}"
SUCCESS = range(200, 300)


class Form:
    """The provider's description of its answers."""

    def __init__(self) -> None:
        whole = json.loads(DESCRIPTION.read_text())
        self._paths: dict[str, Any] = whole["paths"]
        resource = DRAFT4.create_resource(whole)
        self._registry = Registry().with_resource("urn:twilio", resource)

    def find_faults(self, method: str, path: str, status: int, body: object) -> list[str]:
        """What is wrong with an answer; a path that is not described has no faults."""
        for template, operations in self._paths.items():
            pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template))
            operation = operations.get(method.lower())
            if operation is None or not re.fullmatch(pattern, path):
                continue
            if str(status) not in operation["responses"]:
                return [f"{method} {template} answers {status}"]
            if "content" not in operation["responses"][str(status)]:
                return []
            keys = [template, method.lower(), "responses", str(status), "content"]
            where = "/".join(k.replace("~", "~0").replace("/", "~1") for k in keys)
            reference = f"urn:twilio#/paths/{where}/application~1json/schema"
            validator = OAS30Validator({"$ref": reference}, registry=self._registry)
            errors = validator.iter_errors(body)
            return [f"{method} {template} {list(e.path)}: {e.message}" for e in errors]
        return []


async def walk(rest: Rest, form: Form, method: str, path: str, **fields: str) -> dict[str, Any]:
    """Ask, and check the form of the answer."""
    status, body = await rest.ask(method, path, **fields)
    assert status in SUCCESS, (method, path, body)
    assert form.find_faults(method, BASE + path, status, body) == []
    return body


async def test_every_answer_has_the_providers_form() -> None:
    form = Form()
    document = "<Start><Recording channels='dual'/></Start>" + ROOM.format("citizen")
    async with open_rest(document) as rest:
        sid = await rest.dial(OLENA)
        call = f"/Calls/{sid}"
        for path in (".json", "/Balance.json", "/OutgoingCallerIds.json", "/Calls.json"):
            await walk(rest, form, "GET", path)
        for part in (".json", "/Events.json", "/Notifications.json", "/Recordings.json"):
            await walk(rest, form, "GET", call + part)
        made = await walk(rest, form, "POST", f"{call}/Recordings.json", RecordingChannels="dual")
        current = f"{call}/Recordings/Twilio.CURRENT.json"
        await walk(rest, form, "POST", current, Status="paused", PauseBehavior="skip")
        await walk(rest, form, "POST", current, Status="in-progress")
        await walk(rest, form, "POST", current, Status="stopped")
        await rest.clock.advance(2)
        for path in (f"{call}/Recordings/{made['sid']}.json", f"/Recordings/{made['sid']}.json"):
            assert (await walk(rest, form, "GET", path))["status"] == "completed"
        asked = {"To": TARAS, "From": HOTLINE}
        outbound = await walk(rest, form, "POST", "/Calls.json", **asked, Url=VOICE)
        await walk(rest, form, "POST", f"/Calls/{outbound['sid']}.json", Status="canceled")
        people = "/Conferences/r/Participants"
        for path in ("/Conferences.json", "/Conferences/r.json", f"{people}.json"):
            await walk(rest, form, "GET", path)
        await walk(rest, form, "POST", f"{people}/citizen.json", Hold="true", HoldUrl=VOICE)
        await walk(rest, form, "POST", f"{people}.json", **asked, Label="other")
        queue = (await walk(rest, form, "POST", "/Queues.json", FriendlyName="q"))["sid"]
        await walk(rest, form, "GET", f"/Queues/{queue}/Members.json")
        message = await walk(rest, form, "POST", "/Messages.json", **asked, Body="раз")
        await rest.clock.advance(3)
        await walk(rest, form, "GET", f"/Messages/{message['sid']}.json")
        made = await walk(
            rest, form, "POST", "/Applications.json", FriendlyName="p", VoiceUrl=VOICE
        )
        await walk(rest, form, "POST", f"/Applications/{made['sid']}.json", VoiceMethod="GET")
        await walk(rest, form, "GET", "/Applications.json")
        await walk(rest, form, "GET", "/IncomingPhoneNumbers.json")
        await walk(rest, form, "POST", "/Conferences/r.json", Status="completed")
        await rest.clock.advance(2)
        await walk(rest, form, "GET", "/Conferences.json")
        await walk(rest, form, "DELETE", f"/Applications/{made['sid']}.json")


async def test_who_is_called_into_a_conference_is_in_it_as_soon_as_he_answers() -> None:
    async with open_rest(ROOM.format("citizen")) as rest:
        await rest.dial(OLENA)
        asked = {"To": TARAS, "From": HOTLINE, "Label": "other", "Muted": "true"}
        _, called = await rest.ask("POST", "/Conferences/r/Participants.json", **asked)
        _, new = await rest.ask(
            "POST", "/Conferences/new/Participants.json", **asked | {"To": OFFICIAL}
        )
        await rest.clock.advance(1)
        taras = rest.simulator.carrier.find_handset(TARAS)
        assert taras is not None
        rest.simulator.engine.pick_up(taras, answer=True)
        await rest.clock.advance(1)
        _, other = await rest.ask("GET", "/Conferences/r/Participants/other.json")
        assert (called["status"], other["status"], other["muted"]) == ("queued", "connected", True)
        assert new["conference_sid"] is None
        assert other["call_sid"] == called["call_sid"]
        assert await rest.refused(
            "POST", f"/Conferences/CF{'0' * 32}/Participants.json", **asked
        ) == (404, 20404)


async def test_events_of_a_call_are_the_webhooks_sent_about_it() -> None:
    async with open_rest(OPEN_ENDED) as rest:
        sid = await rest.dial(OLENA)
        await rest.dial(TARAS)
        _, listed = await rest.ask("GET", f"/Calls/{sid}/Events.json")
        event = listed["events"][0]
        assert len(listed["events"]) == 1
        assert event["request"]["parameters"]["CallSid"] == sid
        assert event["response"]["response_body"].startswith("<?xml")


async def test_complaints_about_a_call_are_its_notifications() -> None:
    async with open_rest("<Say foo='1'>Так</Say><Pause length='60'/>") as rest:
        sid = await rest.dial(OLENA)
        _, listed = await rest.ask("GET", f"/Calls/{sid}/Notifications.json")
        only = listed["notifications"][0]
        _, fetched = await rest.ask("GET", f"/Notifications/{only['sid']}.json")
        assert (only["error_code"], fetched) == ("12200", only)


@pytest.mark.parametrize(
    ("card", "code"),
    [
        (SimConfig(name="Дім", number="+380441112233", landline=True), 21614),
        (SimConfig(name="Тиша", number="+380991112233", unsubscribed=True), 21610),
    ],
)
async def test_who_cannot_or_will_not_get_texts_gets_none(card: SimConfig, code: int) -> None:
    async with open_rest() as rest:
        rest.simulator.carrier.add_handset(card)
        fields = {"To": card.number, "From": HOTLINE, "Body": "раз"}
        assert await rest.refused("POST", "/Messages.json", **fields) == (400, code)


async def test_a_country_that_is_not_permitted_is_not_called_until_it_is() -> None:
    async with open_rest() as rest:
        voice = "http://phones.test/v1/DialingPermissions"
        asked = {"To": "+48123456789", "From": HOTLINE, "Url": VOICE}

        async def permit(code: str, *, allowed: bool) -> None:
            change = [{"iso_code": code, "low_risk_numbers_enabled": str(allowed).lower()}]
            form = {"UpdateRequest": json.dumps(change)}
            answer = await rest.client.post(f"{voice}/BulkCountryUpdates", data=form)
            assert answer.json()["update_count"] == 1

        await permit("PL", allowed=False)
        assert await rest.refused("POST", "/Calls.json", **asked) == (400, 21215)
        country = (await rest.client.get(f"{voice}/Countries/PL")).json()
        assert country["low_risk_numbers_enabled"] is False
        await permit("PL", allowed=True)
        assert (await rest.ask("POST", "/Calls.json", **asked))[0] == 201
        listed = (await rest.client.get(f"{voice}/Countries")).json()["content"]
        assert all(one["low_risk_numbers_enabled"] for one in listed)
        assert (await rest.client.get(f"{voice}/Countries/XX")).status_code == 404


async def test_a_profile_is_what_the_configuration_says() -> None:
    async with open_rest() as rest:
        found = (await rest.client.get("http://phones.test/v1/CustomerProfiles")).json()
        assert [one["status"] for one in found["results"]] == ["twilio-approved"]
        assert (await rest.client.get("http://phones.test/v1/ByocTrunks")).json()[
            "byoc_trunks"
        ] == []


@pytest.mark.parametrize("status", ["", "deleted"])
async def test_a_recording_becomes_only_what_it_can(status: str) -> None:
    async with open_rest("<Start><Recording/></Start>" + OPEN_ENDED) as rest:
        sid = await rest.dial(OLENA)
        path = f"/Calls/{sid}/Recordings/Twilio.CURRENT.json"
        assert await rest.refused("POST", path, Status=status) == (400, 20001)
        await rest.ask("POST", path, Status="stopped")
        assert await rest.refused("POST", path, Status="stopped") == (404, 20404)


async def test_a_call_with_a_document_of_its_own_asks_nobody() -> None:
    async with open_rest() as rest:
        twiml = "<Response><Say>Вітаємо</Say></Response>"
        asked = {"To": OLENA, "From": HOTLINE, "Twiml": twiml}
        await rest.ask("POST", "/Calls.json", **asked)
        await rest.clock.advance(1)
        olena = rest.simulator.carrier.find_handset(OLENA)
        assert olena is not None
        rest.simulator.engine.pick_up(olena, answer=True)
        await rest.clock.advance(3)
        assert [sound.text for sound in olena.sounds] == ["Вітаємо"]
        assert rest.product.asked("/in") == []


async def test_a_client_is_called_with_its_parameters() -> None:
    async with open_rest() as rest:
        asked = {"To": "client:official-x?leg=L1", "From": HOTLINE, "Url": VOICE}
        _, call = await rest.ask("POST", "/Calls.json", **asked)
        leg = rest.simulator.carrier.legs[call["sid"]]
        assert (call["to"], leg.params) == ("client:official-x", {"leg": "L1"})
        bad = asked | {"To": "client:пульт"}
        assert await rest.refused("POST", "/Calls.json", **bad) == (400, 21211)
