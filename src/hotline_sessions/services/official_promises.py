"""Promises that the official notes on his own page, while the session goes on.

What is noted during a talk is about that talk: as soon as its question is registered, the
promise is linked to the appeal.
"""

from datetime import date, datetime

import structlog
from msgspec import Struct

from hotline_sessions.domain.appeals import Appeal
from hotline_sessions.domain.calls import Leg
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.ids import PublicId
from hotline_sessions.domain.promises import (
    PromiseDeed,
    PromiseText,
    check_correction,
    check_day,
)
from hotline_sessions.domain.sessions import ENDED, Session
from hotline_sessions.domain.talk_notes import NoSuchTalk
from hotline_sessions.i18n import DEFAULT_LOCALE
from hotline_sessions.services.promises import NewPromise, add_noted
from hotline_sessions.services.sent_forms import SentForm, answer_once
from hotline_sessions.store import promises as store
from hotline_sessions.store.appeals import list_appeals_of_call, lock_appeal
from hotline_sessions.store.live import get_host
from hotline_sessions.store.talk_notes import list_talks
from hotline_sessions.store.transaction import transaction


log = structlog.get_logger()


class Said(Struct, frozen=True, kw_only=True):
    """What the official has promised; without ``call`` it was said to everybody."""

    text: PromiseText
    due_on: date
    call: PublicId | None = None


async def note_said(
    session: Session,
    said: Said,
    *,
    secret: bytes,
    now: datetime,
    form: SentForm | None = None,
) -> None:
    """Write down what the official has promised; the same form sent twice makes one promise.

    Raises:
        NoSuchTalk: Nobody has talked on such a leg in this session.
        BadPromiseDay: It was promised for a day before the session, or for one too far.
        OtherForm: Something else stood in the first copy of the form.
    """
    check_day(said.due_on, session.held_on)
    talk = await _find_talk(session, said.call) if said.call else None
    host = await get_host(session.id, locale=DEFAULT_LOCALE)

    async def work() -> dict[str, str]:
        public_id = await add_noted(
            NewPromise(
                text=said.text,
                promised_by=", ".join(filter(None, (host.post, host.official))),
                due_on=said.due_on,
            ),
            session=session.id,
            held_on=session.held_on,
            appeal=await _lock_only_appeal(talk, session) if talk else None,
            institution=session.institution,
            by=None,
            now=now,
            call=talk.id if talk else None,
        )
        return {"promise": public_id}

    async with transaction():
        whose = f"promise-of:{session.id}"
        await answer_once(form, work, whose=whose, secret=secret, now=now)
    log.info("promise_noted_by_official", session_id=session.id)


async def correct(
    session: Session, public_id: str, text: PromiseText, due_on: date, *, now: datetime
) -> None:
    """Put a promise of the session right; what it said before stays in its history.

    Raises:
        NotFound: Nothing of that name was promised in this session.
        PromiseOver, PromiseSettled: It is too late for that, see ``check_correction``.
        BadPromiseDay: It is no day that can be promised.
    """
    async with transaction():
        promise = await store.lock_promise(public_id, institution=session.institution)
        if promise.session != session.id:
            raise NotFound
        check_correction(promise, is_over=session.state in ENDED)
        check_day(due_on, promise.made_on)
        if (text, due_on) == (promise.text, promise.due_on):
            return
        has_moved = due_on != promise.due_on
        await store.mark_text(promise.id, text, due_on=due_on)
        await store.add_change(
            promise.id,
            PromiseDeed.CORRECT,
            due_before=promise.due_on if has_moved else None,
            due_after=due_on if has_moved else None,
            by=None,
            now=now,
            text_before=promise.text if text != promise.text else "",
        )
    log.info("promise_corrected", session_id=session.id)


async def _find_talk(session: Session, call: str) -> Leg:
    talks = await list_talks(session.id)
    found = next((each for each in talks if each.public_id == call), None)
    if found is None:
        raise NoSuchTalk
    return found


async def _lock_only_appeal(talk: Leg, session: Session) -> Appeal | None:
    """The appeal of the talk, if exactly one has been registered from it by now."""
    found = await list_appeals_of_call(talk.id, institution=session.institution)
    if len(found) != 1:
        return None
    return await lock_appeal(found[0].public_id, institution=session.institution)
