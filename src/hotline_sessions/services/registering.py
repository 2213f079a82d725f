"""Enter appeals in the register: words and days first, numbers last, many in one commit.

From the moment at which numbers are taken everybody else who registers in the institution
waits. So all that can be found out before is; what then follows is a few statements, however
many appeals there are.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Final
from weakref import WeakKeyDictionary
from zoneinfo import ZoneInfo

import structlog
from msgspec import Struct
from msgspec.structs import replace

from hotline_sessions.domain.appeal_links import LinkKind, TooManyDuplicates
from hotline_sessions.domain.appeals import BY_TELEPHONE, Appeal, NewAppeal
from hotline_sessions.domain.calendar_editions import CalendarEdition
from hotline_sessions.domain.card_facts import check_facts, choose_term
from hotline_sessions.domain.classifier import Section, check_code
from hotline_sessions.domain.codes import mac
from hotline_sessions.domain.deadlines import Deadline, due
from hotline_sessions.domain.ids import (
    AccountId,
    AppealId,
    BookingId,
    CallId,
    InstitutionId,
    SessionId,
)
from hotline_sessions.domain.institutions import Institution
from hotline_sessions.domain.registers import (
    MOST_DUPLICATES,
    RegisterIndex,
    build_duplicate,
    build_index,
    choose_mark,
)
from hotline_sessions.domain.workdays import registered_on
from hotline_sessions.i18n import DEFAULT_LOCALE
from hotline_sessions.services.appeal_search import list_card_words
from hotline_sessions.services.appeal_steps import note
from hotline_sessions.services.appeal_tellings import build_first_message
from hotline_sessions.services.lanes import Lane
from hotline_sessions.services.message_texts import open_writer
from hotline_sessions.services.search_words import list_words
from hotline_sessions.services.tokens import draw_code
from hotline_sessions.store.appeal_links import add_link
from hotline_sessions.store.appeal_parties import copy_complained_of
from hotline_sessions.store.appeal_search import keep_words
from hotline_sessions.store.appeals import (
    Entry,
    add_appeals,
    list_appeals_of_forms,
    lock_forms,
    lock_headings,
    take_numbers,
)
from hotline_sessions.store.calendar_editions import hold_edition
from hotline_sessions.store.classifier_data import load_classifier
from hotline_sessions.store.following import mark_languages
from hotline_sessions.store.messages import note_messages
from hotline_sessions.store.number_blocks import find_template
from hotline_sessions.store.promises import link_promises
from hotline_sessions.store.questions import close_questions_of_talk
from hotline_sessions.store.transaction import NestedTransactionError, in_transaction, transaction


log = structlog.get_logger()

PURPOSE: Final = "appeal"


class Origin(Struct, frozen=True, kw_only=True):
    """Where an appeal comes from; ``received_at`` is when the citizen called, or sent it.

    ``form_of_receipt`` is a code of the classifier; ``booking`` is that from whose page the
    appeal was filed; ``first_received_on`` is the day on which another body got it that has
    forwarded it here; ``channel`` is one of ``domain.term_policies.Channel``, if any; ``talk``
    is a name common to appeals of one call outside the sessions.
    """

    received_at: datetime
    session: SessionId | None = None
    call: CallId | None = None
    booking: BookingId | None = None
    form_of_receipt: str = BY_TELEPHONE
    first_received_on: date | None = None
    channel: str = ""
    talk: str = ""


class Registered(Struct, frozen=True, kw_only=True):
    """An appeal that was just registered. ``code`` is empty if the form had come before."""

    appeal: Appeal
    code: str


class PaperNumber(Struct, frozen=True, kw_only=True):
    """A number that stands on a card on paper, and the day on which that was written."""

    number: int
    registered_on: date


class Draft(Struct, frozen=True, kw_only=True):
    """An appeal that is about to be entered, with all that can be known before its number.

    ``action`` is what its history begins with, ``facts`` what is told there beside it; ``by``
    is who of the staff enters it. ``code`` is what its author will follow it with, and
    ``language`` the one that the author is written to in. ``tells_author``: by SMS, or by mail
    without a phone. ``paper``: it has its number already. ``first``: it is a duplicate of that
    appeal, and stands under its number.
    """

    new: NewAppeal
    origin: Origin
    home: Institution
    form_key: str
    action: str
    by: AccountId | None
    secret: bytes
    now: datetime
    code: str
    words: list[str]
    facts: dict[str, object] = {}
    tells_author: bool = True
    paper: PaperNumber | None = None
    first: AppealId | None = None
    language: str = DEFAULT_LOCALE


def prepare(
    new: NewAppeal,
    origin: Origin,
    home: Institution,
    *,
    form_key: str,
    action: str,
    by: AccountId | None,
    secret: bytes,
    now: datetime,
    facts: dict[str, object] | None = None,
    language: str = DEFAULT_LOCALE,
) -> Draft:
    """All of an appeal that needs no number and no lock."""
    return Draft(
        new=new,
        origin=origin,
        home=home,
        form_key=form_key,
        action=action,
        by=by,
        secret=secret,
        now=now,
        code=draw_code(),
        words=list_card_words(new),
        facts=facts or {},
        language=language,
    )


def check_card(new: NewAppeal, *, on: date) -> None:
    """Whether what was received ``on`` that day can be registered as it is filled in.

    Raises:
        UnknownCode: A code could not be chosen then. Facts: ``field``.
        NotCollective, NoAppeal, NoSuchProcedureYet: The card cannot say so.
    """
    rows = load_classifier()
    for field, section in (("kind", Section.KIND), ("topic", Section.TOPIC)):
        if (code := getattr(new, field)) or field == "kind":
            check_code(rows, code, section=section, on=on, field=field)
    check_facts(new, rows, on=on)


RegisterLane = Lane[Draft, Registered]
_LANES: Final[WeakKeyDictionary[asyncio.AbstractEventLoop, dict[InstitutionId, RegisterLane]]] = (
    WeakKeyDictionary()
)


def find_lane(institution: InstitutionId) -> RegisterLane:
    """The lane of this process on which appeals of one institution are entered.

    Raises:
        NestedTransactionError: The task is in a transaction, which the lane could wait for.
    """
    if in_transaction():
        raise NestedTransactionError("appeals are entered in a transaction of their own")
    lanes = _LANES.setdefault(asyncio.get_running_loop(), {})
    if institution not in lanes:
        lanes[institution] = Lane(enter_once, _enter_alone)
    return lanes[institution]


async def _enter_alone(draft: Draft) -> Registered:
    (done,) = await enter_once([draft])
    return done


async def enter_once(drafts: Sequence[Draft]) -> list[Registered]:
    """Enter drafts of one institution in a transaction; of copies of a form only the first."""
    home = drafts[0].home
    by_form: dict[str, Draft] = {}
    for draft in drafts:
        by_form.setdefault(draft.form_key, draft)
    async with transaction():
        await lock_forms(by_form)
        known = await list_appeals_of_forms(by_form, institution=home.id)
        fresh = [draft for key, draft in by_form.items() if key not in known]
        entered = await enter(fresh) if fresh else []
    done = {draft.form_key: each for draft, each in zip(fresh, entered, strict=True)}
    for each in entered:
        log.info(
            "appeal_registered",
            appeal_id=each.appeal.id,
            received_on=str(each.appeal.received_on),
        )
    before = {key: Registered(appeal=appeal, code="") for key, appeal in known.items()}
    return [
        done[draft.form_key]
        if draft is by_form[draft.form_key] and draft.form_key in done
        else replace((before | done)[draft.form_key], code="")
        for draft in drafts
    ]


async def enter(drafts: Sequence[Draft]) -> list[Registered]:
    """Give drafts of one institution their numbers, within the transaction of whoever calls."""
    home = drafts[0].home
    edition = await hold_edition(institution=home.id)
    languages = sorted({draft.language for draft in drafts})
    writers = {language: await open_writer(home.id, language) for language in languages}
    template = await find_template(institution=home.id)
    places = await _place_duplicates(drafts)
    zone = ZoneInfo(home.time_zone)
    entered = [
        draft.paper.registered_on
        if draft.paper
        else registered_on(draft.now, edition.calendar, zone=zone)
        for draft in drafts
    ]
    planned = [
        plan_deadline(draft.new, draft.origin, edition, entered_on=entered_on, zone=zone)
        for draft, entered_on in zip(drafts, entered, strict=True)
    ]
    # From here on everybody else in the institution waits.
    years = [
        each.year
        for place, draft, each in zip(places, drafts, entered, strict=True)
        if not draft.paper and not place
    ]
    numbers = {
        year: iter(await take_numbers(years.count(year), institution=home.id, year=year))
        for year in sorted(set(years))
    }
    entries = [
        _build_entry(
            draft,
            deadline,
            entered_on,
            place or _take_place(draft, entered_on, numbers, template),
        )
        for place, draft, deadline, entered_on in zip(places, drafts, planned, entered, strict=True)
    ]
    appeals = await add_appeals(
        [(draft.new, entry) for draft, entry in zip(drafts, entries, strict=True)]
    )
    words = {
        appeal.id: [*draft.words, *list_words(appeal.register_index)]
        for draft, appeal in zip(drafts, appeals, strict=True)
    }
    await keep_words(words, institution=home.id)
    messages = [
        build_first_message(appeal, draft.code, writer=writers[draft.language])
        for draft, appeal in zip(drafts, appeals, strict=True)
        if draft.tells_author and (appeal.phone or appeal.email)
    ]
    if messages:
        await note_messages(messages, now=drafts[0].now)
    spoken = {
        appeal.id: draft.language
        for draft, appeal in zip(drafts, appeals, strict=True)
        if draft.language != DEFAULT_LOCALE
    }
    if spoken:
        await mark_languages(spoken, now=drafts[0].now)
    for draft, appeal in zip(drafts, appeals, strict=True):
        if draft.origin.call is not None:
            await close_questions_of_talk(draft.origin.call, appeal.id, draft.now, by=draft.by)
            promised = await link_promises(draft.origin.call, appeal.id)
        else:
            promised = []
        facts = draft.facts
        if draft.first is not None:
            facts = {**facts, "first": draft.first}
            kind = LinkKind.DUPLICATE
            await copy_complained_of(draft.first, appeal.id)
            await add_link(appeal.id, draft.first, kind, by=draft.by, now=draft.now)
        note(
            draft.action,
            appeal.id,
            institution=home.id,
            account=draft.by,
            now=draft.now,
            facts=facts,
        )
        for promise, due_on in promised:
            note(
                "appeal_promised",
                appeal.id,
                institution=home.id,
                account=draft.by,
                now=draft.now,
                facts={"promise": promise, "due_on": str(due_on)},
            )
    return [
        Registered(appeal=appeal, code=draft.code)
        for draft, appeal in zip(drafts, appeals, strict=True)
    ]


class Place(Struct, frozen=True, kw_only=True):
    """A place of the register, and how it is written."""

    year: int
    number: int
    index: str
    duplicate: int = 0


async def _place_duplicates(drafts: Sequence[Draft]) -> list[Place | None]:
    """The place of each draft that stands under the number of another appeal.

    Raises:
        TooManyDuplicates: A number has no room for one more.
    """
    firsts = {draft.first for draft in drafts if draft.first is not None}
    if not firsts:
        return [None] * len(drafts)
    headings = await lock_headings(firsts, institution=drafts[0].home.id)
    last = {each.id: each.last for each in headings.values()}
    places: list[Place | None] = []
    for draft in drafts:
        if draft.first is None:
            places.append(None)
            continue
        heading = headings[draft.first]
        last[heading.id] += 1
        if last[heading.id] > MOST_DUPLICATES:
            raise TooManyDuplicates
        index = build_duplicate(heading.register_index, last[heading.id])
        places.append(
            Place(year=heading.year, number=heading.number, index=index, duplicate=last[heading.id])
        )
    return places


def _take_place(
    draft: Draft, entered_on: date, numbers: Mapping[int, Iterator[int]], template: str
) -> Place:
    """The next number of the register, or that of the card on paper."""
    number = draft.paper.number if draft.paper else next(numbers[entered_on.year])
    mark = choose_mark(draft.new.surname, draft.new.subject)
    index = build_index(RegisterIndex(letter=mark, number=number, year=entered_on.year), template)
    return Place(year=entered_on.year, number=number, index=index)


def _build_entry(draft: Draft, deadline: Deadline, entered_on: date, place: Place) -> Entry:
    """What the register adds to an appeal."""
    return Entry(
        institution=draft.home.id,
        session=draft.origin.session,
        call=draft.origin.call,
        booking=draft.origin.booking,
        form_of_receipt=draft.origin.form_of_receipt,
        received_at=draft.origin.received_at,
        received_on=deadline.received_on,
        first_received_on=draft.origin.first_received_on,
        talk=draft.origin.talk,
        registered_at=draft.now,
        registered_on=entered_on,
        year=place.year,
        number=place.number,
        duplicate=place.duplicate,
        register_index=place.index,
        deadline=deadline,
        code_mac=mac(draft.secret, PURPOSE, place.index, draft.code),
        form_key=draft.form_key,
        registered_by=draft.by,
    )


def plan_deadline(
    new: NewAppeal,
    origin: Origin,
    edition: CalendarEdition,
    *,
    entered_on: date,
    zone: ZoneInfo,
) -> Deadline:
    """Until when the appeal must be answered: a month, or fifteen days without study.

    What is asked under another law has the term of that, see ``choose_term``.
    ``entered_on`` is the day on which it is entered in the register.
    Source: Law 393/96-ВР, art. 20(1).
    """
    rule = choose_term(new.procedure, needs_study=new.needs_study, is_urgent=new.is_urgent)
    return due(
        rule,
        origin.received_at.astimezone(zone).date(),
        edition.calendar,
        edition.policy.reading,
        registered_on=entered_on,
        target=edition.policy.find_target(origin.channel, rule),
    )
