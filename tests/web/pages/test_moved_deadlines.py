"""What moved a term, or ran before it, is told to the author and to staff alike."""

from datetime import date

import httpx
import msgspec
import pytest
from tests.factories import NOW, SECRET, make_institution, make_staff
from tests.fakes import FrozenClock
from tests.services.test_appeals import NEW
from tests.web.pages.desk.conftest import Office

from hotline_sessions.domain.access import Role
from hotline_sessions.domain.calendar_editions import build_edition
from hotline_sessions.domain.term_policies import TermPolicy
from hotline_sessions.domain.workdays import MARTIAL_LAW, DayOverride
from hotline_sessions.services.appeals import Origin, register
from hotline_sessions.services.calendar_editions import change_calendar, preview_edition


pytestmark = pytest.mark.anyio


async def test_author_and_clerk_read_both_terms_and_what_changed(
    client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    home = await make_institution()
    staff = await make_staff(institution=home.id)
    made = await register(
        msgspec.structs.replace(NEW, has_priority=True),
        Origin(received_at=NOW, first_received_on=date(2026, 11, 18)),
        form_key="forwarded",
        staff=staff,
        secret=SECRET,
        now=NOW,
    )
    day_off = DayOverride(day=date(2026, 12, 23), works=False, reason="рішення")
    edition = build_edition(1, MARTIAL_LAW, (day_off,), TermPolicy())
    seen = (await preview_edition(edition, staff=staff)).digest
    await change_calendar(edition, "Рішення", seen=seen, staff=staff, now=NOW)

    found = await client.post(
        "/appeals", data={"number": made.appeal.register_index, "code": made.code}
    )
    mine = (await client.get(found.headers["location"])).text
    clerk = await Office(home, clock).enter(Role.CLERK)
    card = (await clerk.get(f"/staff/appeals/{made.appeal.public_id}")).text
    listed = (await clerk.get("/staff/appeals")).text

    for text in (mine, card):
        assert "четвер, 24 грудня" in text
        assert "18 грудня 2026" in text
        assert "останнім днем було 23 грудня 2026" in text
        assert "Змінився календар робочих днів" in text
    assert "першочергове" in card
    assert "першочергове" in listed
    assert "першочергове" not in mine
