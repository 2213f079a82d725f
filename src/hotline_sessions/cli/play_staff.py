"""What the official, the operator and the clerk do in the story."""

import asyncio
import re
from typing import Final

from hotline_sessions.cli.demo_world import PASSWORD
from hotline_sessions.cli.play_people import Cast, Person
from hotline_sessions.cli.play_steps import Disturb, Filed, StoryFailed, check
from hotline_sessions.cli.visitor import Page, Visitor


JOIN: Final = "1"
ON_AIR: Final = "on-air"
PRESENT: Final = ("lobby", ON_AIR)
"""An official alone in the room is in its lobby."""
SMS: Final = re.compile(r"(\S+-\d+-\d{4})\D.*?\b(\d{6})\b.*?(\d\d\.\d\d\.\d{4})", re.DOTALL)
LOOKS: Final = 200
PAUSE: Final = 0.2
RESULT: Final = "9.3"
"""Clarification given. Source: CMU Resolution 858/2008, 9.3."""
ANSWER: Final = (
    "Роботи на ділянці внесено до плану поточного ремонту; їх буде завершено у визначений строк. "
    "Про початок робіт громаду повідомлять додатково."
)


async def sign_in(browser: Visitor, login: str) -> None:
    """Sign a member of staff in."""
    page = await browser.open("/staff/sign-in")
    page = await browser.submit(page, page.form("login"), login=login, password=PASSWORD)
    check("/staff/sign-in" not in page.url, f"{login} can sign in")


async def bring_the_official(cast: Cast) -> None:
    """The official's telephone rings; one key, and the official is on the air."""
    state = (await cast.official.look()).state
    if state not in PRESENT:
        if state != "ringing":
            page = await _open_desk(cast)
            await cast.operator.submit(page, page.form_to("/official"))
        await cast.official.wait_ring()
        await cast.official.answer()
        await cast.official.wait_listening()
        await cast.official.press(JOIN)
        await cast.official.wait_state(*PRESENT)
    cast.tell(f"{cast.official.name} is rung, presses 1 and is on the air.")


async def hold_the_talks(cast: Cast, disturb: Disturb | None) -> list[Filed]:
    """Everyone who waits is put through, talks, and the question is registered."""
    left, filed = list(cast.callers), []
    while left:
        await _press_next(cast)
        person = await _find_on_air(left)
        left.remove(person)
        await person.phone.say(person.citizen.question)
        await cast.official.say("Дякую за запитання, беремо його на контроль.")
        cast.tell(f"{person.phone.name} is put through and talks with the official.")
        if disturb is not None:
            await disturb()
            disturb = None
        filed.append(await _register(cast, person))
        await _end_talk(cast, person)
    return filed


async def answer_the_appeal(cast: Cast, filed: Filed) -> None:
    """The clerk finds the appeal in the register and answers it."""
    page = await cast.clerk.open("/staff/appeals")
    address = next((href for text, href in page.links if filed.number in text), "")
    check(address, f"{filed.number} stands in the register")
    page = await cast.clerk.open(address)
    page = await cast.clerk.submit(page, page.form("result"), result=RESULT, text=ANSWER)
    check(ANSWER[:40] in page.text, "the answer stands on the card")
    cast.notes["answer"] = ANSWER[:40]
    cast.tell(f"The clerk answers {filed.number}.")


async def _press_next(cast: Cast) -> None:
    """Press "next" as soon as it can be pressed."""
    for _ in range(LOOKS):
        page = await _open_desk(cast)
        try:
            form = page.form_to("/next")
        except LookupError:
            await asyncio.sleep(PAUSE)
            continue
        answer = await cast.operator.submit(page, form)
        if answer.status < 400:  # noqa: PLR2004 - a refusal: somebody is still leaving the air
            return
        await asyncio.sleep(PAUSE)
    raise StoryFailed("Nobody could be put through.")


async def _find_on_air(people: list[Person]) -> Person:
    for _ in range(LOOKS):
        for person in people:
            if (await person.phone.look()).state == ON_AIR:
                return person
        await asyncio.sleep(PAUSE)
    raise StoryFailed("Nobody who waited came on the air.")


async def _register(cast: Cast, person: Person) -> Filed:
    """Register the question on the form of the desk; the author gets number and code by SMS."""
    page = await _open_form(cast)
    form = page.form("surname")
    surname, given_name, patronymic = person.citizen.name.split()
    values = {
        "surname": surname,
        "given_name": given_name,
        "patronymic": patronymic,
        "residence": person.citizen.community,
        "question": person.citizen.question,
        "phone": person.citizen.phone,
    }
    done = await cast.operator.submit(page, form, **values)
    again = await cast.operator.submit(page, form, **values)
    sms = await person.phone.wait_sms("вернення")
    found = SMS.search(sms.body)
    if found is None:
        raise StoryFailed("The SMS tells neither number nor code.")
    number, code, due = found.groups()
    check(number in done.text, "the desk shows the number that the SMS tells")
    check(number in again.text or again.status >= 400, "the same form sent twice makes one appeal")  # noqa: PLR2004 - a refusal
    filed = Filed(
        author=person.phone.name,
        number=number,
        code=code,
        due=due,
        counted=" ".join(await _read_counting(cast, number, code)),
    )
    cast.tell(f"Registered as {number}; the answer is due by {due}.")
    cast.tell(f"  How it was counted: {filed.counted}")
    return filed


async def _read_counting(cast: Cast, number: str, code: str) -> list[str]:
    page = await cast.passer_by.open("/appeals")
    page = await cast.passer_by.submit(page, page.form("number"), number=number, code=code)
    check(page.details, "the citizen's page says how the term was counted")
    return page.details[1:]


async def _end_talk(cast: Cast, person: Person) -> None:
    page = await _open_desk(cast)
    await cast.operator.submit(page, page.form_to("/end"))
    await person.phone.wait_state("idle")
    cast.tell(f"The talk with {person.phone.name} is over; the official stays on the air.")


async def _open_form(cast: Cast) -> Page:
    for _ in range(LOOKS):
        page = await _open_desk(cast)
        try:
            page.form("surname")
        except LookupError:
            await asyncio.sleep(PAUSE)
            continue
        return page
    raise StoryFailed("The form of an appeal does not open during the talk.")


async def _open_desk(cast: Cast) -> Page:
    """The desk; while the pages are being restarted, once they are back."""
    return await cast.operator.open(f"/staff/desk/{cast.on_air}")
