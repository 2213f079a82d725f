import pytest
from tests.factories import make_appeal, make_institution, make_session, make_staff
from tests.web.pages.desk.conftest import Office

from hotline_sessions.domain.access import Role
from hotline_sessions.web.pages.desk.appeal_steps import STEPS as STEPS_OF_APPEALS
from hotline_sessions.web.pages.desk.deed_table import DEEDS as DEEDS_OF_DESK


pytestmark = pytest.mark.anyio

EVERYONE = frozenset(Role)
PLANNERS = frozenset({Role.ADMIN, Role.COMMUNICATIONS, Role.MANAGER})
OPERATORS = frozenset({Role.OPERATOR})
READERS = frozenset({Role.OPERATOR, Role.CLERK, Role.MANAGER})
ANSWERERS = frozenset({Role.CLERK, Role.MANAGER})

KEEPERS = frozenset({Role.ADMIN, Role.MANAGER})

SESSION = "/staff/sessions/{session}"
DESK = "/staff/desk/{session}"
APPEAL = "/staff/appeals/{appeal}"

PAGES = {
    "/staff": EVERYONE,
    "/staff/sessions": EVERYONE,
    SESSION: EVERYONE,
    "/staff/sessions/new": PLANNERS,
    f"{SESSION}/phones": PLANNERS,
    f"{SESSION}/cancel": PLANNERS,
    f"{SESSION}/choices": PLANNERS | OPERATORS,
    f"{SESSION}/move": PLANNERS,
    "/staff/import": PLANNERS,
    "/staff/calendar": KEEPERS,
    DESK: OPERATORS,
    f"{DESK}/panels": OPERATORS,
    "/staff/desk": OPERATORS,
    "/staff/appeals": READERS,
    APPEAL: READERS,
    "/staff/absences": ANSWERERS,
    "/staff/units": PLANNERS,
    "/staff/promises": EVERYONE,
    f"{SESSION}/promises": EVERYONE,
}
DEEDS = {
    "/staff/sessions/new": PLANNERS,
    f"{SESSION}/publish": PLANNERS,
    f"{SESSION}/phones": PLANNERS,
    f"{SESSION}/cancel": PLANNERS,
    f"{SESSION}/move": PLANNERS,
    "/staff/import": PLANNERS,
    "/staff/import/rows": PLANNERS,
    "/staff/calendar": KEEPERS,
    "/staff/calendar/apply": KEEPERS,
    **{f"{DESK}/{name}": OPERATORS for name in DEEDS_OF_DESK},
    f"{DESK}/softphone": OPERATORS,
    f"{DESK}/appeal": OPERATORS,
    f"{APPEAL}/answer": ANSWERERS,
    **{f"{APPEAL}/steps/{name}": ANSWERERS for name in STEPS_OF_APPEALS},
    f"{APPEAL}/comments": READERS,
    "/staff/appeals/choose": ANSWERERS,
    "/staff/appeals/share": ANSWERERS,
    "/staff/absences": ANSWERERS,
    "/staff/absences/email": ANSWERERS,
    "/staff/units": PLANNERS,
    "/staff/units/bodies": PLANNERS,
    f"{SESSION}/promises": EVERYONE,
    "/staff/promises/unknown/end": PLANNERS | ANSWERERS,
    "/staff/sign-out": EVERYONE,
}


async def name_things(office: Office) -> dict[str, str]:
    session = await make_session(institution=office.home)
    appeal = await make_appeal(staff=await make_staff(institution=office.home.id))
    return {"session": session.public_id, "appeal": appeal.appeal.public_id}


async def test_pages_are_for_those_who_have_the_right(office: Office) -> None:
    names = await name_things(office)
    for role in Role:
        browser = await office.enter(role)
        for path, allowed in PAGES.items():
            answer = await browser.get(path.format(**names))
            assert answer.status_code == (200 if role in allowed else 403), (role, path)
            assert answer.headers["cache-control"] == "no-store", path


async def test_deeds_are_for_those_who_have_the_right(office: Office) -> None:
    names = await name_things(office)
    for role in Role:
        browser = await office.enter(role)
        for path, allowed in DEEDS.items():
            if role not in allowed:
                answer = await browser.post(path.format(**names))
                assert answer.status_code == 403, (role, path)


async def test_who_is_not_signed_in_is_led_to_the_sign_in_page_and_back(office: Office) -> None:
    names = await name_things(office)
    client = office.stranger()
    for path in PAGES:
        address = path.format(**names)
        answer = await client.get(f"/en{address}")
        assert answer.status_code == 303, path
        assert answer.headers["location"] == f"/en/staff/sign-in?next=/en{address}"
    for path in DEEDS:
        answer = await client.post(path.format(**names))
        assert answer.status_code == 303, path
        assert answer.headers["location"] == "/staff/sign-in?next=/staff"


async def test_a_form_without_the_token_of_the_sign_in_changes_nothing(office: Office) -> None:
    names = await name_things(office)
    browser = await office.enter()
    for path in DEEDS:
        answer = await browser.post(path.format(**names), csrf_token="0" * 64)
        assert answer.status_code == 403, path


async def test_things_of_another_institution_are_not_found(office: Office) -> None:
    names = await name_things(office)
    browser = await office.enter(home=await make_institution())
    for path in [path for path in PAGES if "{" in path]:
        assert (await browser.get(path.format(**names))).status_code == 404, path
    fields = {
        "reason": "Хвороба посадової особи", "agreed": "yes", "text": "Питання розглянуто.",
        "result": "9.1", "call": "nobody",
    }  # fmt: skip
    for path in [path for path in DEEDS if "{" in path and not path.endswith("/move")]:
        answer = await browser.post(path.format(**names), **fields)
        assert answer.status_code == 404, path


async def test_a_script_of_a_browser_that_was_signed_out_is_told_to_leave_the_page(
    office: Office,
) -> None:
    answer = await office.stranger().get(
        "/staff/desk/x/panels", headers={"HX-Request": "true", "HX-Request-Type": "partial"}
    )

    assert answer.status_code == 401
    assert answer.headers["hx-redirect"] == "/staff/sign-in"
