"""Whatever anybody may ask for says nothing of a citizen."""

from collections.abc import Iterator

import httpx
import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute
from tests.factories import (
    NOW,
    make_appeal,
    make_booking,
    make_institution,
    make_line,
    make_post,
    make_session,
    make_staff,
)
from tests.fakes import FrozenClock
from tests.web.site import create_site, open_client


pytestmark = pytest.mark.anyio

PHONE = "+380509876543"
QUESTION = "Чому в моїй хаті мокра стеля?"
SIGNS = ("Незвична", "Явдоха", "509876543", "50 987", "Тихий", "мокра стеля")
"""What would give the citizen away, however a page writes it."""


async def fill(app: Litestar) -> Iterator[str]:
    """Addresses of a town where one citizen has booked and asked; those that need no secret."""
    home = await make_institution(slug="rivne")
    staff, post = await make_staff(institution=home.id), await make_post(institution=home.id)
    line = await make_line(institution=home.id)
    session = await make_session(institution=home, staff=staff, post=post, line=line)
    await make_booking(
        session=session,
        phone=PHONE,
        name="Незвична Явдоха",
        community="Хутір Тихий",
        question=QUESTION,
    )
    await make_appeal(staff=staff, surname="Незвична", phone=PHONE, question=QUESTION)
    known = {"{public_id:str}": session.public_id, "{name:str}": "rivne"}
    paths = [route.path for route in app.routes if isinstance(route, HTTPRoute)]
    public = [path for path in paths if not path.startswith(("/staff", "/tw/"))]
    for place, value in known.items():
        public = [path.replace(place, value) for path in public]
    return (path for path in public if "{" not in path)


async def test_no_public_address_tells_of_a_citizen(database: str) -> None:
    app = create_site(FrozenClock(NOW))
    shown = 0
    async with open_client(app) as client:
        for path in await fill(app):
            answer: httpx.Response = await client.get(path)
            shown += answer.status_code == 200

            assert [sign for sign in SIGNS if sign in answer.text] == [], path
    assert shown > 30
