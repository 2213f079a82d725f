"""How appeals stand is public where it was decided so, and nothing else of them is."""

from xml.etree import ElementTree as ET

import httpx
import pytest
from tests.factories import NOW, make_appeal, make_institution, make_staff
from tests.fakes import FrozenClock
from tests.web.site import create_site, open_client

from hotline_sessions.services.appeals import answer
from hotline_sessions.services.open_status import decide
from hotline_sessions.store.engine import run_sql


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

ROOT = "/open311/v2"


def read_xml(answer: httpx.Response) -> ET.Element:
    return ET.fromstring(answer.content)  # noqa: S314 - we wrote it ourselves


async def test_only_what_was_decided_public_is_shown_and_no_word_of_persons() -> None:
    client = open_client(create_site(FrozenClock(NOW)))
    staff = await make_staff(institution=(await make_institution(slug="rivne")).id)
    closed = await make_staff(institution=(await make_institution()).id)
    first, hidden, theirs = [await make_appeal(staff=who) for who in (staff, staff, closed)]
    await run_sql(
        "update appeal set asks_secrecy = true where public_id = $1", hidden.appeal.public_id
    )
    await answer(first.appeal.public_id, "Усе виправлено.", result="9.1", staff=staff, now=NOW)

    before = (await client.get(f"{ROOT}/requests.json")).json()
    await decide(is_open=True, staff=staff, now=NOW)
    shown = await client.get(f"{ROOT}/requests.json?jurisdiction_id=rivne&status=closed")
    one = await client.get(f"{ROOT}/requests/{first.appeal.public_id}.xml")
    await decide(is_open=False, staff=staff, now=NOW)
    after = (await client.get(f"{ROOT}/requests.json")).json()

    assert (before, after) == ([], [])
    (request,) = shown.json()
    assert request["service_request_id"] == first.appeal.public_id
    assert (request["status"], request["service_code"]) == ("closed", "other")
    assert request["requested_datetime"] == "2026-11-23T00:00:00+02:00"
    assert not any(
        word in shown.text + one.text for word in ("Коваленко", "Соборна", "субсидія", "+380")
    )
    assert read_xml(one).findtext("request/status") == "closed"
    for each in (hidden, theirs):
        assert (
            await client.get(f"{ROOT}/requests/{each.appeal.public_id}.json")
        ).status_code == 404


async def test_services_are_the_topics_of_the_classifier() -> None:
    client = open_client(create_site(FrozenClock(NOW)))

    as_json = (await client.get(f"{ROOT}/services.json")).json()
    as_xml = read_xml(await client.get(f"{ROOT}/services.xml"))

    assert len(as_json) == len(as_xml) > 20
    assert as_json[-1]["service_code"] == "other"


async def test_what_cannot_be_used_is_refused() -> None:
    client = open_client(create_site(FrozenClock(NOW)))
    expected = {
        "requests.json?status=lost": 422,
        "requests.json?start_date=soon": 422,
        "requests.json?end_date=0001-01-02": 422,
        "requests.json?service_request_id=" + "a," * 101: 422,
        "requests/x.exe": 404,
        "requests/x": 404,
        "requests.xml?start_date=2026-01-01T00:00:00Z&service_code=other": 200,
    }

    found = {path: (await client.get(f"{ROOT}/{path}")).status_code for path in expected}

    assert found == expected
