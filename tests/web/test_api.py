"""Document systems read cards, miss no change, and send appeals once."""

import json
from datetime import timedelta

import httpx
import openapi_core
import pytest
from tests.factories import NOW, SECRET, make_appeal, make_institution, make_staff
from tests.fakes import FrozenClock
from tests.web.site import create_site, open_client

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.systems import Scope
from hotline_sessions.services.api_keys import list_for_staff, make_key, revoke
from hotline_sessions.services.appeals import answer
from hotline_sessions.services.outer_appeals import name_source
from hotline_sessions.store.engine import fetch_value, run_sql
from hotline_sessions.web.api_document import build_api_document


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

APPEALS = "/api/v1/appeals"
SENT = {
    "outer_number": "УГЛ-7/2026",
    "surname": "Коваль",
    "given_name": "Іван",
    "residence": "м. Рівне, вул. Соборна, 1",
    "kind": "complaint",
    "question": "Не світять ліхтарі на вулиці.",
}


class System:
    """A document system with a key, and the member of staff who made it."""

    def __init__(self, staff: Staff, key: str) -> None:
        self.staff = staff
        self.client = open_client(create_site(FrozenClock(NOW)))
        self.client.headers["Authorization"] = f"Bearer {key}"

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.client.get(path, headers=headers)

    async def send(self, document: object) -> httpx.Response:
        return await self.client.post(APPEALS, content=json.dumps(document))


async def connect(*scopes: Scope, with_source: bool = True) -> System:
    staff = await make_staff(institution=(await make_institution()).id)
    source = (
        await name_source("15-45", institution=staff.institution, account=None, now=NOW)
        if with_source
        else None
    )
    key = await make_key("СЕД", scopes, source=source, staff=staff, secret=SECRET, now=NOW)
    return System(staff, key)


async def test_whoever_goes_on_from_the_cursor_misses_no_change_and_sees_each_card_once() -> None:
    system = await connect(Scope.READ)
    first = await make_appeal(staff=system.staff)
    second = await make_appeal(staff=system.staff)

    page = (await system.get(f"{APPEALS}?limit=1")).json()
    rest = (await system.get(f"{APPEALS}?cursor={page['cursor']}")).json()
    await answer(
        first.appeal.public_id, "Ліхтарі засвітили.", result="9.1", staff=system.staff, now=NOW
    )
    later = (await system.get(f"{APPEALS}?cursor={rest['cursor']}")).json()
    none = (await system.get(f"{APPEALS}?cursor={later['cursor']}")).json()
    since = (NOW + timedelta(seconds=1)).isoformat()
    future = (await system.get(f"{APPEALS}?changed_since={since}")).json()

    assert [each["public_id"] for each in page["items"]] == [first.appeal.public_id]
    assert (page["has_more"], rest["has_more"]) == (True, False)
    assert [each["public_id"] for each in rest["items"]] == [second.appeal.public_id]
    assert [(each["state"], each["result"]) for each in later["items"]] == [("answered", "9.1")]
    assert (none["items"], none["cursor"]) == ([], later["cursor"])
    assert future["items"] == []


async def test_an_appeal_sent_twice_is_one_and_a_bad_one_is_told_field_by_field() -> None:
    system = await connect(Scope.READ, Scope.WRITE)

    made = await system.send(SENT)
    again = await system.send(SENT | {"question": "Про інше."})
    bad = await system.send({"outer_number": "8", "full_name": "Коваль", "kind": "подяка"})
    odd = await system.send(SENT | {"priority_": "1"})

    assert (made.status_code, again.status_code) == (201, 200)
    assert made.json()["public_id"] == again.json()["public_id"]
    assert made.headers["location"].endswith(f"{APPEALS}/{made.json()['public_id']}")
    assert (made.json()["source"], made.json()["outer_number"]) == ("15-45", "УГЛ-7/2026")
    assert bad.status_code == odd.status_code == 422
    assert bad.headers["content-type"] == "application/problem+json"
    assert {(each["field"], each["code"]) for each in bad.json()["errors"]} == {
        ("full_name", "unreadable-name"), ("residence", "missing-text"),
        ("kind", "unknown-kind"), ("question", "missing-text"),
    }  # fmt: skip
    assert await fetch_value("select count(*) from appeal") == 1


async def test_what_is_no_document_is_a_problem_and_no_breakdown() -> None:
    system = await connect(Scope.WRITE)
    half = r'"\ud83d"'
    halves = [json.dumps(SENT | {name: "?"}).replace('"?"', half) for name in SENT]
    bodies = ["", "[]", "{", '{"a": {}}', '"a"', "\x00", '{"outer_number": []}', f"{{{half}: 1}}"]

    answers = [await system.client.post(APPEALS, content=body) for body in bodies + halves]

    assert {answered.status_code for answered in answers} == {422}
    assert await fetch_value("select count(*) from appeal") == 0


async def test_a_copy_that_is_held_is_not_sent_again() -> None:
    system = await connect(Scope.READ)
    made = await make_appeal(staff=system.staff)
    path = f"{APPEALS}/{made.appeal.public_id}"

    first = await system.get(path)
    held = await system.get(path, **{"If-None-Match": first.headers["etag"]})
    await answer(
        made.appeal.public_id, "Усе виправлено.", result="9.1", staff=system.staff, now=NOW
    )
    changed = await system.get(path, **{"If-None-Match": first.headers["etag"]})

    assert not first.headers["etag"].startswith("W/")
    assert (held.status_code, held.content) == (304, b"")
    assert changed.status_code == 200


async def test_names_of_who_asked_for_secrecy_need_a_key_that_allows_them() -> None:
    system = await connect(Scope.READ)
    made = await make_appeal(staff=system.staff)
    await run_sql("update appeal set asks_secrecy = true")
    key = await make_key(
        "СЕД", [Scope.READ, Scope.READ_HIDDEN], source=None,
        staff=system.staff, secret=SECRET, now=NOW,
    )  # fmt: skip
    path = f"{APPEALS}/{made.appeal.public_id}"

    hidden = (await system.get(path)).json()
    shown = (await system.get(path, Authorization=f"Bearer {key}")).json()

    assert (hidden["surname"], hidden["residence"], hidden["phone"]) == ("", "", "")
    assert shown["surname"] == "Коваленко"


async def test_only_keys_in_force_open_and_only_what_they_allow() -> None:
    system, other = await connect(Scope.READ, with_source=False), await connect(Scope.WRITE)
    theirs = await make_appeal(staff=other.staff)
    unsourced = await connect(Scope.WRITE, with_source=False)

    assert (await system.get(f"{APPEALS}/{theirs.appeal.public_id}")).status_code == 404
    assert (await other.get(APPEALS)).status_code == 403
    assert (await system.send(SENT)).status_code == 403
    assert (await unsourced.send(SENT)).json()["code"] == "key-without-source"
    for header in ("", "Bearer ", "Bearer hls_0000000000_aaaaaaaaaaaaaaaaaaaaaaaa", "Basic x"):
        refused = await system.get(APPEALS, Authorization=header)
        assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
    await revoke(
        (await list_for_staff(staff=system.staff))[0].public_id, staff=system.staff, now=NOW
    )
    assert (await system.get(APPEALS)).status_code == 401
    assert await fetch_value("select count(*) from api_key where position('hls_' in mac) > 0") == 0


async def test_a_parameter_that_cannot_be_used_is_named() -> None:
    system = await connect(Scope.READ)
    queries = [
        "cursor=-1", "cursor=x", f"cursor={9 * 10**30}", "limit=0", "limit=501", "limit=x",
        f"limit=000001{'9' * 5000}", "limit=1_0", "limit=\u0663", "cursor=\u0663",
        "changed_since=9999-12-31T23:59:59-12:00", "changed_since=2026-W48-1T00:00",
        "changed_since=yesterday", "changed_since=2026-11-23", "changed_since=0001-01-01T00:00Z",
    ]  # fmt: skip

    answers = [await system.get(f"{APPEALS}?{query}") for query in queries]

    assert {(each.status_code, each.json()["code"]) for each in answers} == {(422, "bad-query")}


async def test_who_asks_too_often_is_told_when_to_come_back() -> None:
    system = await connect(Scope.READ)

    answers = [await system.get(f"{APPEALS}/0000000000") for _ in range(201)]

    assert answers[-2].status_code == 404
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) >= 1


async def test_the_description_is_kept_by_who_reads_it_and_not_asked_for_without_end() -> None:
    client = open_client(create_site(FrozenClock(NOW)))

    answers = [await client.get("/api/v1/openapi.json") for _ in range(61)]

    assert answers[0].headers["cache-control"] == "public, max-age=3600"
    assert [each.status_code for each in answers[-2:]] == [200, 429]


async def test_what_is_described_is_what_is_answered() -> None:
    system = await connect(Scope.READ, Scope.WRITE)
    described = (await system.get("/api/v1/openapi.json")).json()
    made = await system.send(SENT)
    schemas = described["components"]["schemas"]

    assert described == json.loads(json.dumps(build_api_document("http://127.0.0.1")))
    openapi_core.OpenAPI.from_dict(described).check_spec()
    assert set(schemas["Card"]["required"]) == set(made.json())
    assert schemas["NewAppeal"]["properties"].keys() >= SENT.keys()
