"""What citizens do in the story: book a talk, call, follow an appeal."""

import re
from typing import Final

from hotline_sessions.cli.demo_world import HOTLINE
from hotline_sessions.cli.play_people import Cast, Person
from hotline_sessions.cli.play_steps import Filed, check


SIX_DIGITS: Final = re.compile(r"\b\d{6}\b")
WITHOUT_BOOKING: Final = "0#"
WAITING: Final = "waiting"


async def book_a_talk(cast: Cast) -> None:
    """A citizen proves the phone by a code and takes the nearest free slot."""
    person, browser = cast.booker, cast.booker.browser
    place = f"/sessions/{cast.on_air}"
    page = await browser.open(f"{place}/book")
    page = await browser.submit(
        page, page.form("phone"), name=person.citizen.name, phone=person.citizen.phone
    )
    code = await _read_code(person)
    page = await browser.submit(page, page.form("code"), code=code)
    form = page.form("starts_at")
    page = await browser.submit(
        page,
        form,
        starts_at=form.values.get("starts_at") or form.options["starts_at"][0],
        community=person.citizen.community,
        question=person.citizen.question,
    )
    booked = await _read_code(person)
    check(booked in page.text, "the confirmation shows the code that the SMS tells")
    cast.tell(f"{person.phone.name} has proven the phone and booked a talk; code {booked}.")
    cast.notes["booking code"] = booked


async def call_in(cast: Cast) -> None:
    """Two citizens call without a booking, and the one who has booked."""
    for person in cast.walk_ins:
        await person.phone.dial(HOTLINE)
        await person.phone.wait_listening()
        await person.phone.press(WITHOUT_BOOKING)
        await person.phone.wait_state(WAITING)
        cast.tell(f"{person.phone.name} calls without a booking, is greeted and waits.")
    person = cast.booker
    await person.phone.dial(HOTLINE)
    await person.phone.wait_listening()
    await person.phone.press(cast.notes["booking code"][-2:])
    await person.phone.wait_state(WAITING)
    cast.tell(f"{person.phone.name} calls, is recognised by number and two digits, and waits.")


async def follow_the_appeal(cast: Cast, filed: Filed) -> None:
    """The author of an appeal follows it by number and code."""
    page = await cast.passer_by.open("/appeals")
    page = await cast.passer_by.submit(
        page, page.form("number"), number=filed.number, code=filed.code
    )
    check(filed.number in page.text, "the appeal is found by its number and code")
    check(cast.notes["answer"] in page.text, "the author reads the answer")
    cast.tell(f"{filed.author} follows {filed.number} by number and code, and reads the answer.")


async def _read_code(person: Person) -> str:
    sms = await person.phone.wait_sms()
    found = SIX_DIGITS.search(sms.body)
    check(found, "the SMS holds a code of six digits")
    return found.group() if found else ""
