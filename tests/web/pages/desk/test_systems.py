import re

import pytest
from tests.factories import make_appeal, make_institution
from tests.web.pages.desk.conftest import Office

from hotline_sessions.domain.access import Role
from hotline_sessions.services.hooks import note_deliveries
from hotline_sessions.store.engine import fetch_value


pytestmark = pytest.mark.anyio

PATH = "/staff/systems"


async def test_a_key_is_shown_once_and_revoked(office: Office) -> None:
    admin = await office.enter(Role.ADMIN)

    made = await admin.post(f"{PATH}/keys", key_name="СЕД «Аскод»", scopes=["read", "write"])
    shown = await admin.get(PATH)
    name = await fetch_value("select public_id from api_key")
    await admin.post(f"{PATH}/keys/{name}/revoke")

    key = re.search(r"hls_[0-9a-z]{10}_[\w-]{24}", made.text)
    assert key is not None
    assert key[0] not in shown.text
    assert "СЕД «Аскод»" in shown.text
    assert "СЕД «Аскод»" not in (await admin.get(PATH)).text
    assert (await admin.post(f"{PATH}/keys/{name}/revoke")).status_code == 404


async def test_an_address_shows_its_secret_and_what_it_was_told(office: Office) -> None:
    admin, clerk = await office.enter(Role.ADMIN), await office.enter(Role.CLERK)
    made = await admin.post(
        f"{PATH}/hooks", url="https://sed.example/in", events=["appeal.registered"]
    )
    await make_appeal(staff=clerk.staff)
    await note_deliveries(clock=office.clock)
    address = made.headers["location"]

    shown = await admin.get(address)
    await admin.post(address, deed="stop")
    stopped = await admin.get(PATH)
    removed = await admin.post(address, deed="remove")

    assert "whsec_" in shown.text
    assert "К-1-2026" in shown.text
    assert "Зупинено працівником" in stopped.text
    assert removed.headers["location"] == PATH
    assert (await admin.get(address)).status_code == 404


@pytest.mark.parametrize(
    ("form", "fields", "sentence"),
    [
        ("keys", {"key_name": "СЕД"}, "Оберіть, що дозволяє ключ"),
        ("keys", {"scopes": "read"}, "Назвіть систему"),
        ("hooks", {"url": "https://sed.example/"}, "Оберіть хоча б одну подію"),
        ("hooks", {"url": "https://10.0.0.1/", "events": "appeal.closed"}, "в Інтернеті"),
    ],
)
async def test_what_cannot_be_used_is_said_beside_its_field(
    office: Office, form: str, fields: dict[str, str], sentence: str
) -> None:
    answer = await (await office.enter(Role.ADMIN)).post(f"{PATH}/{form}", **fields)

    assert answer.status_code == 422
    assert sentence in answer.text


async def test_systems_are_connected_by_administrators_of_the_institution(office: Office) -> None:
    clerk = await office.enter(Role.CLERK, Role.MANAGER)
    admin = await office.enter(Role.ADMIN)
    theirs = await office.enter(Role.ADMIN, home=await make_institution())
    made = await admin.post(f"{PATH}/hooks", url="https://sed.example/", events=["appeal.closed"])

    assert (await clerk.get(PATH)).status_code == 403
    assert (await clerk.post(f"{PATH}/status", is_open="on")).status_code == 403
    assert (await theirs.get(made.headers["location"])).status_code == 404
    assert (
        await theirs.post(f"{PATH}/keys", key_name="СЕД", scopes="read", source="1")
    ).status_code == 404
    await admin.post(f"{PATH}/status", is_open="on")
    assert await fetch_value("select is_open from open_status")
