"""All that is held on the author of an appeal, for that author alone.

Nothing of other persons; of the staff neither names nor what they write to each other.
Source: Law 2297-VI, art. 8(2): access to one's own personal data.
"""

import hmac
from datetime import datetime
from typing import Any, Final

import structlog
from msgspec import Struct
from msgspec.structs import asdict

from hotline_sessions.domain.appeals import Appeal
from hotline_sessions.domain.codes import mac, parse_code
from hotline_sessions.domain.errors import Invalid
from hotline_sessions.domain.institutions import Institution
from hotline_sessions.domain.messages import Purpose
from hotline_sessions.services.appeal_cards import list_public_steps
from hotline_sessions.services.appeal_steps import note
from hotline_sessions.services.appeal_tellings import build_key, name_keys, name_moment
from hotline_sessions.services.appeals import UnknownAppeal
from hotline_sessions.services.following import lock_followed
from hotline_sessions.services.registering import PURPOSE
from hotline_sessions.store.appeal_life import find_exit, list_extensions, list_questions
from hotline_sessions.store.appeal_links import list_own_links
from hotline_sessions.store.appeal_ratings import find_rating
from hotline_sessions.store.appeals import find_answer, get_code_mac
from hotline_sessions.store.deadlines import list_past_deadlines
from hotline_sessions.store.following import find_following
from hotline_sessions.store.institutions import get_institution
from hotline_sessions.store.own_data import (
    list_corrections,
    list_mail_code_ids,
    list_messages,
    list_papers,
    list_recordings,
    list_resolution_ids,
    load_booking,
    load_call,
    load_card,
)
from hotline_sessions.store.transaction import transaction


log = structlog.get_logger()

FORMAT: Final = "hotline-sessions/own-data/1"
"""Name and version of the form in which the data are handed out."""
ONCE: Final = (
    Purpose.APPEAL_REGISTERED,
    Purpose.APPEAL_ANSWERED,
    Purpose.APPEAL_RETURNED,
    Purpose.APPEAL_FORWARDED,
    Purpose.APPEAL_STOPPED,
)
"""Messages of which there is at most one by each channel."""


class OwnData(Struct, frozen=True, kw_only=True):
    """What is held in connection with one appeal; ``card`` as the register has it."""

    format: str
    taken_at: datetime
    institution: dict[str, str]
    card: dict[str, Any]
    further_questions: list[dict[str, Any]]
    answer: dict[str, Any] | None
    extensions: list[dict[str, Any]]
    earlier_last_days: list[dict[str, Any]]
    left: dict[str, Any] | None
    repeats: list[str]
    steps: list[dict[str, Any]]
    following: dict[str, Any]
    rating: dict[str, Any] | None
    booking: dict[str, Any] | None
    call: dict[str, Any] | None
    recordings: list[dict[str, Any]]
    corrections: list[dict[str, Any]]
    papers: list[dict[str, Any]]
    messages: list[dict[str, Any]]


async def take_own_data(
    public_id: str, code: str, *, form: str, secret: bytes, now: datetime
) -> OwnData:
    """Hand the data out to who knows the code; that is written into the history.

    Raises:
        NotFound: There is no such appeal.
        UnknownAppeal: It has another code.
    """
    async with transaction():
        appeal = await lock_followed(public_id)
        await _check_code(appeal, code, secret=secret)
        data = await _load(appeal, await get_institution(appeal.institution), now=now)
        note(
            "appeal_data_given",
            appeal.id,
            institution=appeal.institution,
            account=None,
            now=now,
            facts={"form": form},
        )
    log.info("own_data_taken", appeal_id=appeal.id)
    return data


async def _check_code(appeal: Appeal, code: str, *, secret: bytes) -> None:
    try:
        digits = parse_code(code)
    except Invalid:
        raise UnknownAppeal from None
    kept = await get_code_mac(appeal.id)
    if not hmac.compare_digest(mac(secret, PURPOSE, appeal.register_index, digits), kept):
        raise UnknownAppeal


async def _load(appeal: Appeal, home: Institution, *, now: datetime) -> OwnData:
    answer = await find_answer(appeal.id)
    left = await find_exit(appeal.id)
    rating = await find_rating(appeal.id)
    past = await list_past_deadlines(appeal.id, institution=appeal.institution)
    following = await find_following(appeal.id)
    return OwnData(
        format=FORMAT,
        taken_at=now,
        institution={
            "name": home.name_uk,
            "address": home.address,
            "phone": home.contact_phone or "",
        },
        card=await load_card(appeal.id),
        further_questions=[asdict(each) for each in await list_questions(appeal.id)],
        answer=asdict(answer) if answer else None,
        extensions=[asdict(each) for each in await list_extensions(appeal.id)],
        earlier_last_days=[
            {
                "legal_on": each.deadline.legal_on,
                "cause": each.cause,
                "replaced_at": each.replaced_at,
            }
            for each in past
        ],
        left=asdict(left) if left else None,
        repeats=[each.register_index for each in await list_own_links(appeal.id)],
        steps=[asdict(each) for each in await list_public_steps(appeal)],
        following=asdict(following),
        rating=asdict(rating) if rating else None,
        booking=await load_booking(appeal.id),
        call=await load_call(appeal.id),
        recordings=await list_recordings(appeal.id),
        corrections=await list_corrections(appeal.id),
        papers=await list_papers(appeal.id),
        messages=await list_messages(await _list_keys(appeal)),
    )


async def _list_keys(appeal: Appeal) -> list[str]:
    """Names of all messages about an appeal that there can be."""
    past = await list_past_deadlines(appeal.id, institution=appeal.institution)
    days = [each.deadline.legal_on for each in past[1:]] + [appeal.deadline.legal_on]
    keys = [build_key(appeal, purpose) for purpose in ONCE]
    keys += [
        build_key(appeal, Purpose.APPEAL_EXTENDED, each.until_on.strftime("%d.%m.%Y"))
        for each in await list_extensions(appeal.id)
    ]
    keys += [
        build_key(
            appeal,
            Purpose.APPEAL_TERM_CHANGED,
            day.strftime("%d.%m.%Y"),
            name_moment(each.replaced_at),
        )
        for each, day in zip(past, days, strict=False)  # without past days there is one too many
    ]
    keys += [
        build_key(appeal, Purpose.APPEAL_GIVEN, str(each))
        for each in await list_resolution_ids(appeal.id)
    ]
    keys += [
        build_key(appeal, Purpose.ADDRESS_CODE, str(each))
        for each in await list_mail_code_ids(appeal.id)
    ]
    return [name for key in keys for name in name_keys(key)]
