"""The card of an appeal, and its answer."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Annotated, Final

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK
from litestar.types import ControllerRouterHandler
from msgspec import Meta, Struct

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.appeal_life import MOVES, Deed, list_answer_results
from hotline_sessions.domain.appeals import OPEN, AnswerText, Appeal, AppealState
from hotline_sessions.domain.classifier import UnknownCode, find_row
from hotline_sessions.domain.errors import NotFound, Refusal
from hotline_sessions.domain.ids import AppealId
from hotline_sessions.domain.times import local_date
from hotline_sessions.i18n import N_, Words
from hotline_sessions.services.appeal_cards import load_directory, load_life
from hotline_sessions.services.appeal_comments import comment
from hotline_sessions.services.appeal_links import find_answer_of, list_answers
from hotline_sessions.services.appeals import (
    answer,
    find_first_due,
    get_for_staff,
    list_classifier,
)
from hotline_sessions.services.deadline_words import explain, name_term
from hotline_sessions.services.outer_appeals import show_outer
from hotline_sessions.web.dependencies import Now, PageRequest, Secret, SignedIn, documents_of
from hotline_sessions.web.errors import status_of
from hotline_sessions.web.form_answers import refuse_field
from hotline_sessions.web.form_marks import read_mark
from hotline_sessions.web.forms import (
    FormView,
    Mistakes,
    Sentences,
    parse_form,
    read_form,
    with_mistakes,
)
from hotline_sessions.web.locale import words_of
from hotline_sessions.web.pages.desk import appeal_life_words as life_words
from hotline_sessions.web.pages.desk.appeal_papers import view_documents
from hotline_sessions.web.pages.desk.appeal_steps import STEPS, Ask
from hotline_sessions.web.pages.desk.card_views import list_card_context, list_marks, tell_author
from hotline_sessions.web.pages.desk.parties import list_anyone, list_executors
from hotline_sessions.web.pages.desk.ready_texts import list_ready_choices, put_ready_text
from hotline_sessions.web.pages.desk.rights import ANSWERERS, READERS
from hotline_sessions.web.pages.desk.sessions import lead_to
from hotline_sessions.web.templating import page


ANSWER_LIMIT: Final = 192 * 1024
"""Bytes of the form with an answer: twenty thousand Cyrillic letters take 120 KB."""
EXCERPT: Final = 140
NOBODY: Final[Mapping[AppealId, str]] = MappingProxyType({})

ENDS: Final = {
    AppealState.ANSWERED: N_("answered"),
    AppealState.CLOSED: N_("closed"),
    AppealState.RETURNED: N_("returned"),
    AppealState.FORWARDED: N_("forwarded"),
    AppealState.STOPPED: N_("not considered"),
}
"""How appeals are called on which no answer is owed any more."""

SENTENCES: Final[Sentences] = {
    ("text", "missing"): N_("Write the answer"),
    ("text", "too-short"): N_("Write the answer in at least one sentence"),
    ("text", "too-long"): N_("Shorten the answer: up to 20,000 characters"),
    ("result", "missing"): N_("Choose the result"),
    ("result", UnknownCode.code): N_("Choose the result"),
    ("reply_text", "missing"): N_("Write the answer"),
    ("reply_text", "too-short"): N_("Write the answer in at least one sentence"),
    ("reply_result", "missing"): N_("Choose the result"),
    ("reply_result", UnknownCode.code): N_("Choose the result"),
    ("comment", "missing"): N_("Write the comment"),
    ("main", "missing"): N_("Choose the main executor"),
    ("until", "missing"): N_("Enter the new last day"),
    ("number", "missing"): N_("Enter the number of the earlier appeal"),
    ("number_kind", "missing"): N_("Choose what this appeal is to the earlier one"),
    ("undo_reason", "missing"): N_("Write why the link is undone"),
    ("undo_reason", "too-short"): N_("Write why the link is undone"),
    ("outgoing_number", "missing"): N_("Enter the outgoing number"),
}


class AnswerForm(Struct, frozen=True, kw_only=True):
    """What is entered to answer."""

    text: AnswerText
    result: str


class CommentForm(Struct, frozen=True, kw_only=True):
    """What is said to the other members of staff."""

    comment: Annotated[str, Meta(min_length=1, max_length=5000)]


class AppealView(Struct, frozen=True, kw_only=True):
    """An appeal in a list; ``tone`` is the colour that repeats ``due``.

    ``marks`` are what must catch the eye, each with its colour; ``may_be_given``: a resolution
    is possible in its state; ``may_be_drafted``: a reply is.
    """

    public_id: str
    number: str
    author: str
    question: str
    received_on: date
    legal_on: date
    due: str
    tone: str
    marks: list[tuple[str, str]]
    state: str
    executor: str
    may_be_given: bool
    may_be_drafted: bool


@get("/staff/appeals/{public_id:str}", include_in_schema=False, guards=READERS)
async def show_appeal(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[str]:
    """The card of an appeal, with its deadline explained.

    ``answer_of`` names a linked appeal, whose answer is put into the form of a draft.
    """
    form = FormView()
    if other := request.query_params.get("answer_of", ""):
        found = await find_answer_of(public_id, other, staff=signed_in)
        values = {"reply_text": found.text, "reply_result": found.result, "opened": "draft"}
        form = FormView(values={name: (value,) for name, value in values.items()})
    return await _show_card(request, public_id, signed_in, now, form)


@post(
    "/staff/appeals/{public_id:str}/answer",
    include_in_schema=False,
    guards=ANSWERERS,
    status_code=HTTP_200_OK,
    request_max_body_size=ANSWER_LIMIT,
)
async def answer_appeal(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[str]:
    """Write the answer down; the author is told."""
    form = await read_form(request)
    given = parse_form(AnswerForm, form)
    try:
        if not isinstance(given, Mistakes):
            await answer(public_id, given.text, result=given.result, staff=signed_in, now=now)
    except UnknownCode as refusal:
        given = Mistakes(by_field={"result": refusal.code})
    if isinstance(given, Mistakes):
        view = with_mistakes(request, form, given, SENTENCES)
        return await _show_card(request, public_id, signed_in, now, view, status=422)
    return lead_to(request, f"/staff/appeals/{public_id}")


@post(
    "/staff/appeals/{public_id:str}/steps/{step:str}",
    include_in_schema=False,
    guards=ANSWERERS,
    status_code=HTTP_200_OK,
    request_max_body_size=ANSWER_LIMIT,
)
async def do_step(
    request: PageRequest,
    public_id: FromPath[str],
    step: FromPath[str],
    signed_in: SignedIn,
    now: Now,
) -> Response[str]:
    """One step of the life of an appeal; mistakes are told at their fields."""
    asked = STEPS.get(step)
    if asked is None:
        raise NotFound
    form = await read_form(request)
    given = parse_form(asked.shape, form)
    if isinstance(given, Mistakes):
        view = with_mistakes(request, form, given, SENTENCES)
        return await _show_card(request, public_id, signed_in, now, view, status=422)
    try:
        ask = Ask(
            public_id=public_id,
            form=form,
            staff=signed_in,
            now=now,
            documents=documents_of(request),
        )
        await asked.do(ask, given)
    except NotFound:
        raise
    except UnknownCode as refusal:
        mistakes = Mistakes(by_field={"reply_result": refusal.code})
        view = with_mistakes(request, form, mistakes, SENTENCES)
        return await _show_card(request, public_id, signed_in, now, view, status=422)
    except Refusal as refusal:
        if not asked.field:
            raise
        view = refuse_field(request, form, asked.field, refusal)
        status = status_of(refusal)
        return await _show_card(request, public_id, signed_in, now, view, status=status)
    return lead_to(request, f"/staff/appeals/{public_id}{asked.then}")


@post(
    "/staff/appeals/{public_id:str}/comments",
    include_in_schema=False,
    guards=READERS,
    status_code=HTTP_200_OK,
)
async def comment_appeal(
    request: PageRequest,
    public_id: FromPath[str],
    signed_in: SignedIn,
    secret: Secret,
    now: Now,
) -> Response[str]:
    """Say something about an appeal to the other members of staff."""
    form = await read_form(request)
    given = parse_form(CommentForm, form)
    if isinstance(given, Mistakes):
        view = with_mistakes(request, form, given, SENTENCES)
        return await _show_card(request, public_id, signed_in, now, view, status=422)
    await comment(
        public_id, given.comment, staff=signed_in, secret=secret, now=now, form=read_mark(form)
    )
    return lead_to(request, f"/staff/appeals/{public_id}#comments")


@post(
    "/staff/appeals/{public_id:str}/texts/{step:str}",
    include_in_schema=False,
    guards=ANSWERERS,
    status_code=HTTP_200_OK,
    request_max_body_size=ANSWER_LIMIT,
)
async def insert_text(
    request: PageRequest,
    public_id: FromPath[str],
    step: FromPath[str],
    signed_in: SignedIn,
    now: Now,
) -> Response[str]:
    """The card again, with a ready text put behind what was typed; nothing is written down."""
    form = await read_form(request)
    view = await put_ready_text(form, step, public_id, staff=signed_in, now=now)
    return await _show_card(request, public_id, signed_in, now, view)


def view_appeals(
    appeals: list[Appeal],
    request: PageRequest,
    *,
    today: date,
    executors: Mapping[AppealId, str] = NOBODY,
) -> list[AppealView]:
    """Appeals as a list shows them on the day ``today``; ``executors`` by their appeals."""
    words = words_of(request)
    return [
        _view(appeal, words, today=today, executor=executors.get(appeal.id, ""))
        for appeal in appeals
    ]


def tell_due(appeal: Appeal, words: Words, *, today: date) -> tuple[str, str]:
    """How near the last lawful day is, in words, and the colour that repeats them."""
    if appeal.state not in OPEN:
        return words.gettext(ENDS[appeal.state]), "green"
    left = (appeal.legal_on - today).days
    if left < 0:
        return words.gettext("overdue"), "red"
    if left == 0:
        return words.gettext("today"), "orange"
    text = words.ngettext("%(num)s more day", "%(num)s more days", left)
    return text, "yellow" if appeal.internal_on <= today or left <= 3 else "grey"  # noqa: PLR2004 - days that catch the eye


def _view(appeal: Appeal, words: Words, *, today: date, executor: str) -> AppealView:
    due, tone = tell_due(appeal, words, today=today)
    question = " ".join(appeal.question.split())
    return AppealView(
        public_id=appeal.public_id,
        number=appeal.register_index,
        author=tell_author(appeal, words),
        question=question if len(question) <= EXCERPT else f"{question[:EXCERPT]}…",
        received_on=appeal.received_on,
        legal_on=appeal.legal_on,
        due=due,
        tone=tone,
        marks=list_marks(appeal, words),
        state=words.gettext(life_words.STATES[appeal.state]),
        executor=executor,
        may_be_given=(appeal.state, Deed.RESOLVE) in MOVES,
        may_be_drafted=(appeal.state, Deed.DRAFT) in MOVES,
    )


async def _show_card(
    request: PageRequest,
    public_id: str,
    staff: Staff,
    now: Now,
    form: FormView,
    *,
    status: int = HTTP_200_OK,
) -> Response[str]:
    followed = await get_for_staff(public_id, staff=staff)
    appeal, words = followed.appeal, words_of(request)
    due, tone = tell_due(appeal, words, today=local_date(now))
    is_new = appeal.state in {AppealState.REGISTERED, AppealState.ASSIGNED}
    looks = is_new or "alike" in request.query_params or "earlier" in form.sentences
    life = await load_life(appeal, staff=staff, with_alike=looks)
    directory = await load_directory(staff=staff)
    return page(
        request,
        "pages/desk/appeals/card.html",
        status=status,
        appeal=appeal,
        answer=followed.answer,
        **await list_card_context(appeal, staff, words),
        author=tell_author(appeal, words),
        form_of_receipt=_label(appeal.form_of_receipt, appeal, words),
        kind=_label(appeal.kind, appeal, words),
        topic=_label(appeal.topic, appeal, words) if appeal.topic else "",
        result=_label(followed.answer.result, appeal, words) if followed.answer else "",
        due=due,
        tone=tone,
        term=name_term(appeal.deadline.rule, words),
        explained=explain(appeal.deadline, words),
        first_due_on=find_first_due(appeal),
        outer=await show_outer(appeal),
        past=followed.past,
        results=[
            (row.code, row.label(words.locale))
            for row in list_answer_results(list_classifier(), local_date(now))
        ],
        may_answer=Deed.ANSWER_AT_ONCE in life.deeds and not life.questions,
        form=form,
        life=life,
        draft_result=_label(life.reply.result, appeal, words) if life.reply else "",
        executors=list_executors(directory),
        anyone=list_anyone(directory),
        bodies=[(each.id, each.name) for each in directory.bodies],
        steps=[
            (words.gettext(life_words.STEPS.get(step.action, step.action)), step)
            for step in life.steps
        ],
        return_grounds=_translate(life_words.RETURN_GROUNDS, words),
        stop_grounds=_translate(life_words.STOP_GROUNDS, words),
        link_kinds=_translate(life_words.LINK_KINDS, words),
        link_verbs=_translate(life_words.LINK_VERBS, words),
        states=_translate(life_words.STATES, words),
        asked=request.query_params,
        is_linked={each.kind for each in life.links},
        answers_of_others=await list_answers(appeal, staff=staff) if life.links else [],
        ready_texts=await list_ready_choices(staff=staff),
        documents=await view_documents(appeal, staff=staff, words=words),
    )


def _translate(texts: Mapping[str, str], words: Words) -> dict[str, str]:
    return {name: words.gettext(text) for name, text in texts.items()}


def _label(code: str, appeal: Appeal, words: Words) -> str:
    row = find_row(list_classifier(), code, appeal.received_on)
    return row.label(words.locale) if row else code


HANDLERS: Final[list[ControllerRouterHandler]] = [
    show_appeal,
    answer_appeal,
    do_step,
    comment_appeal,
    insert_text,
]
