"""The author gets the letter and what went with it, behind number and code, and nobody else."""

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
from litestar import Litestar
from msgspec import Struct
from structlog.testing import capture_logs
from tests.factories import NOW, make_appeal, make_institution, make_staff
from tests.fakes import FrozenClock
from tests.web.site import create_site, open_client

from hotline_sessions.domain.access import Role, Staff
from hotline_sessions.domain.appeal_life import Party, PartyKind
from hotline_sessions.domain.attachments import Origin
from hotline_sessions.gateways.letters import Press
from hotline_sessions.services.appeal_assignments import resolve
from hotline_sessions.services.appeal_replies import check, draft
from hotline_sessions.services.appeals import Registered
from hotline_sessions.services.attachments import attach, list_for_card
from hotline_sessions.services.letter_ports import Documents
from hotline_sessions.services.letters import send_reply, sign_reply
from hotline_sessions.store.engine import run_sql
from hotline_sessions.store.letters import list_letters


pytestmark = pytest.mark.anyio

CALCULATION = "Разом: 1200 грн".encode()


class Desk(Struct):
    """Who answers, to whom, and where files lie."""

    head: Staff
    clerk: Staff
    made: Registered
    documents: Documents

    @property
    def name(self) -> str:
        return self.made.appeal.public_id

    async def sign(self) -> None:
        await sign_reply(self.name, staff=self.head, documents=self.documents, now=NOW)

    async def send(self) -> None:
        await send_reply(self.name, "01-17/5", staff=self.clerk, documents=self.documents, now=NOW)


@pytest.fixture
def site(database: str, clock: FrozenClock) -> Litestar:
    return create_site(clock)


@pytest.fixture
async def client(site: Litestar) -> AsyncIterator[httpx.AsyncClient]:
    async with open_client(site) as client:
        yield client


@pytest.fixture
async def desk(site: Litestar) -> Desk:
    """A checked reply with one file of the citizen and one that goes with the reply."""
    home = await make_institution()
    head = await make_staff(institution=home.id, roles=frozenset({Role.MANAGER}))
    clerk = await make_staff(institution=home.id, roles=frozenset({Role.CLERK}))
    other = await make_staff(institution=home.id, roles=frozenset({Role.CLERK}))
    made = await make_appeal(staff=clerk)
    documents = Documents(printer=Press(), storage=site.state["storage"])
    desk = Desk(head, clerk, made, documents)
    main = Party(kind=PartyKind.ACCOUNT, id=clerk.account)
    await resolve(desk.name, "До виконання", main=main, staff=head, now=NOW)
    for name, content, origin in (
        ("Заява.txt", "Прошу субсидію".encode(), Origin.CITIZEN),
        ("Розрахунок.txt", CALCULATION, Origin.REPLY),
    ):
        storage = documents.storage
        await attach(desk.name, name, content, origin, staff=clerk, storage=storage, now=NOW)
    await draft(desk.name, "Субсидію нараховано.", {}, result="9.1", staff=clerk, now=NOW)
    await check(desk.name, staff=other, now=NOW)
    return desk


async def open_page(client: httpx.AsyncClient, made: Registered) -> str:
    found = await client.post(
        "/appeals", data={"number": made.appeal.register_index, "code": made.code}
    )
    return found.headers["location"]


async def list_addresses(desk: Desk, place: str) -> dict[str, str]:
    """Addresses of everything that might be asked for; the names are those of the files."""
    papers = await list_for_card(desk.made.appeal, staff=desk.clerk)
    return {form: f"{place}/letter/{form}" for form in ("pdf", "docx")} | {
        each.name: f"{place}/files/{each.public_id}" for each in papers
    }


async def test_after_the_reply_was_sent_its_author_gets_the_letter_and_its_files(
    client: httpx.AsyncClient, desk: Desk, clock: FrozenClock
) -> None:
    await desk.sign()
    await desk.send()
    place = await open_page(client, desk.made)
    where = await list_addresses(desk, place)

    shown = (await client.get(place)).text
    english = (await client.get(f"/en{place}")).text
    with capture_logs() as said:
        given = {name: await client.get(address) for name, address in where.items()}
    clock.pass_time(timedelta(minutes=30))
    late = [(await client.get(address)).status_code for address in where.values()]

    for name in ("pdf", "docx", "Розрахунок.txt"):
        assert given[name].status_code == 200
        assert f'href="{where[name]}"' in shown
        assert f'href="/en{where[name]}"' in english
        assert given[name].headers["cache-control"] == "no-store"
        assert given[name].headers["x-content-type-options"] == "nosniff"
        assert given[name].headers["content-disposition"].startswith("attachment; ")
        assert given[name].headers["referrer-policy"] == "same-origin"
    assert "№ 01-17/5" in shown
    assert "The letter and its files" in english
    assert given["pdf"].headers["content-type"] == "application/pdf"
    assert given["pdf"].content.startswith(b"%PDF-")
    assert given["docx"].content.startswith(b"PK")
    assert "%D0%9A-1-2026.pdf" in given["pdf"].headers["content-disposition"]
    assert given["Розрахунок.txt"].content == CALCULATION
    # What the citizen has sent is not part of the answer.
    assert given["Заява.txt"].status_code == 404
    assert where["Заява.txt"] not in shown
    read = [each["event"] for each in said if each["event"].startswith("own_")]
    assert read == ["own_letter_read", "own_letter_read", "own_paper_read"]
    assert "Розрахунок" not in str(said)
    assert late == [410] * 4


async def test_before_the_reply_is_sent_nothing_of_it_is_given_out(
    client: httpx.AsyncClient, desk: Desk
) -> None:
    await desk.sign()
    place = await open_page(client, desk.made)

    shown = (await client.get(place)).text
    where = await list_addresses(desk, place)
    given = [await client.get(address) for address in where.values()]

    assert "letter/pdf" not in shown
    assert "Розрахунок" not in shown
    assert [each.status_code for each in given] == [404] * 4


async def test_the_code_of_another_author_opens_only_the_files_of_that_one(
    client: httpx.AsyncClient, desk: Desk
) -> None:
    await desk.sign()
    await desk.send()
    mine = await open_page(client, desk.made)
    theirs = await open_page(client, await make_appeal(staff=desk.clerk))

    foreign = [await client.get(each) for each in (await list_addresses(desk, theirs)).values()]
    forged = [
        await client.get(each) for each in (await list_addresses(desk, f"{mine[:-4]}aaaa")).values()
    ]

    assert [each.status_code for each in foreign] == [404] * 4
    assert [each.status_code for each in forged] == [404] * 4


async def test_secrecy_hides_the_letter_from_others_and_not_from_its_author(
    client: httpx.AsyncClient, desk: Desk
) -> None:
    await desk.sign()
    await desk.send()
    await run_sql("update appeal set asks_secrecy = true")
    place = await open_page(client, desk.made)

    shown = (await client.get(place)).text
    letter = await client.get(f"{place}/letter/pdf")

    assert "Коваленко" not in shown
    assert "Коваленко" not in str(letter.headers) + str(letter.url)
    assert letter.content.startswith(b"%PDF-")


@pytest.mark.parametrize("asked", ["letter/exe", "letter/PDF", "files/хтозна", "files/%20"])
async def test_what_is_no_file_of_the_answer_is_not_there(
    client: httpx.AsyncClient, desk: Desk, asked: str
) -> None:
    place = await open_page(client, desk.made)

    assert (await client.get(f"{place}/{asked}")).status_code == 404


async def test_a_storage_that_has_lost_a_file_says_what_to_do(
    client: httpx.AsyncClient, desk: Desk
) -> None:
    await desk.sign()
    await desk.send()
    place = await open_page(client, desk.made)
    where = await list_addresses(desk, place)
    storage = desk.documents.storage
    kept = await list_keys(desk)
    for key in kept:
        await storage.delete(key)

    refused = [await client.get(where[name]) for name in ("pdf", "Розрахунок.txt")]

    assert [each.status_code for each in refused] == [409, 409]
    assert all("Спробуйте ще раз за кілька хвилин" in each.text for each in refused)


async def list_keys(desk: Desk) -> list[str]:
    """Where the files of the appeal lie."""
    papers = await list_for_card(desk.made.appeal, staff=desk.clerk)
    letters = await list_letters(desk.made.appeal.id, institution=desk.clerk.institution)
    return [each.key for each in papers] + [each.pdf.key for each in letters]
