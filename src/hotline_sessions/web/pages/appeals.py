"""My appeal: found by number and code, opened for half an hour."""

from datetime import date, datetime
from typing import Any, Final

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER
from litestar.types import ControllerRouterHandler
from msgspec import Struct

from hotline_sessions.domain.appeal_life import choose_extension
from hotline_sessions.domain.appeal_ratings import ANSWERED, may_rate
from hotline_sessions.domain.appeals import OPEN, AppealState
from hotline_sessions.domain.deadlines import StepKind, due, steps
from hotline_sessions.domain.registers import BadIndex, build_index, parse_index
from hotline_sessions.domain.times import local_date
from hotline_sessions.domain.workdays import build_calendar
from hotline_sessions.i18n import N_, Words, format_day
from hotline_sessions.services.appeal_cards import PublicLife, load_public_life
from hotline_sessions.services.appeal_ratings import find_rating
from hotline_sessions.services.appeals import (
    Followed,
    UnknownAppeal,
    find_by_code,
    find_first_due,
    get_followed,
)
from hotline_sessions.services.deadline_words import tell_step
from hotline_sessions.services.own_files import list_own_files
from hotline_sessions.web.dependencies import Now, PageRequest, Secret
from hotline_sessions.web.form_answers import answer_refused, refuse_field
from hotline_sessions.web.forms import (
    FormView,
    Mistakes,
    Sentences,
    parse_form,
    prefilled,
    read_form,
    with_mistakes,
)
from hotline_sessions.web.limits import check_rate
from hotline_sessions.web.links import appeal_path, read_appeal
from hotline_sessions.web.locale import locale_of, localized, words_of
from hotline_sessions.web.pages.desk.appeal_life_words import PUBLIC as PUBLIC_STEPS
from hotline_sessions.web.pages.desk.appeal_life_words import STEPS as STEP_WORDS
from hotline_sessions.web.pages.verification import PERSONAL
from hotline_sessions.web.templating import page


FIND: Final = "pages/appeals/find.html"

AMONG_STAFF: Final = frozenset({StepKind.INTERNAL, StepKind.INTERNAL_BY_CHANNEL})
"""Steps of counting that are no business of the citizen."""

SENTENCES: Final[Sentences] = {
    ("number", "missing"): N_("Enter the number of the appeal, for example К-17-2026"),
    ("code", "missing"): N_("Enter the code of the appeal"),
}


ENDS: Final = {
    AppealState.RETURNED: N_("Returned with explanations"),
    AppealState.FORWARDED: N_("Sent to the competent body"),
    AppealState.STOPPED: N_("Consideration was stopped"),
}
"""How an appeal ends that is not answered here."""


class FindForm(Struct, frozen=True, kw_only=True):
    """What opens an appeal."""

    number: str
    code: str


@get("/appeals", include_in_schema=False, sync_to_thread=False, opt=PERSONAL)
def ask_appeal(request: PageRequest) -> Response[str]:
    """Number and code of an appeal."""
    return page(request, FIND)


@post("/appeals", include_in_schema=False, opt=PERSONAL)
async def find_appeal(request: PageRequest, now: Now, secret: Secret) -> Response[Any]:
    """Open the appeal with this number and this code; a wrong one looks like an unknown one."""
    form = await read_form(request)
    sent = parse_form(FindForm, form)
    if isinstance(sent, Mistakes):
        view = with_mistakes(request, form, sent, SENTENCES)
        return page(request, FIND, status=422, form=view)
    check_rate(request, "appeal", now)
    check_rate(request, "appeal-number", now, subject=name_number(sent.number, now=now))
    try:
        name = await find_by_code(sent.number, sent.code, secret=secret, now=now)
    except UnknownAppeal as refusal:
        return answer_refused(
            request, FIND, refuse_field(request, form, "number", refusal), refusal
        )
    address = localized(appeal_path(name, secret=secret, now=now), locale_of(request))
    return Redirect(address, status_code=HTTP_303_SEE_OTHER)


@get("/appeals/{token:str}", include_in_schema=False, opt=PERSONAL)
async def show_appeal(
    request: PageRequest, token: FromPath[str], now: Now, secret: Secret
) -> Response[str]:
    """Where the appeal stands, until when it must be answered, and the answer."""
    name = read_appeal(token, secret=secret, now=now)
    return await answer_with_appeal(request, name, token, None, now=now)


async def answer_with_appeal(
    request: PageRequest,
    name: str,
    token: str,
    form: FormView | None,
    *,
    now: datetime,
    status: int = HTTP_200_OK,
) -> Response[str]:
    """The page of an appeal; ``form`` holds what was sent to rate the answer, and its mistakes."""
    followed = await get_followed(name)
    appeal, words = followed.appeal, words_of(request)
    life = await load_public_life(appeal)
    extended_until = life.extensions[-1].until_on if life.extensions else None
    rating = await find_rating(appeal.id)
    if form is None:
        form = prefilled(score=str(rating.score), words=rating.words) if rating else prefilled()
    return page(
        request,
        "pages/appeals/show.html",
        status=status,
        form=form,
        place=f"/appeals/{token}",
        rating=rating,
        may_rate=may_rate(appeal.state, _answered_on(followed), local_date(now)),
        may_dispute=appeal.state in ANSWERED,
        appeal=appeal,
        institution=followed.institution,
        answer=followed.answer,
        answered_on=_answered_on(followed),
        is_answered=followed.answer is not None,
        files=await list_own_files(appeal),
        life=life,
        passed=list_passed(life, words),
        end=words.gettext(ENDS[appeal.state]) if appeal.state in ENDS else "",
        is_overdue=appeal.state in OPEN and local_date(now) > appeal.legal_on,
        counted=list_counted(followed, words, extended_until=extended_until),
        first_due_on=find_first_due(appeal),
        past=followed.past,
    )


def list_passed(life: PublicLife, words: Words) -> list[dict[str, str]]:
    """Steps that concern the author, in plain words, each with its day."""
    extended = iter(life.extensions)
    given = list(life.given)
    passed = []
    for step in life.steps:
        if step.action not in PUBLIC_STEPS:
            continue
        text = ""
        if step.action == "appeal_extended" and (extension := next(extended, None)):
            until = extension.until_on.strftime("%d.%m.%Y")
            text = words.gettext("until %(day)s: %(reason)s", day=until, reason=extension.reason)
        elif step.action == "appeal_assigned":
            given = [each for each in given if each.given_at >= step.done_at]
            text = given.pop(0).name if given and given[0].given_at == step.done_at else ""
        elif life.left and step.action == f"appeal_{life.left.state}":
            text = ": ".join(filter(None, (life.left.body, life.left.explanation)))
        when = local_date(step.done_at).strftime("%d.%m.%Y")
        title = words.gettext(STEP_WORDS[step.action])
        passed.append({"title": title, "when": when, "text": text, "state": "done"})
    return passed


def name_number(text: str, *, now: datetime) -> str:
    """One name for all spellings of a number, so that a spelling gives no new attempts."""
    try:
        return build_index(parse_index(text, this_year=local_date(now).year))
    except BadIndex:
        return ""


def list_counted(
    followed: Followed, words: Words, *, extended_until: date | None = None
) -> list[str]:
    """How the last day was found; what staff aim at among themselves is left out."""
    deadline = followed.appeal.deadline
    told = [step for step in steps(deadline) if step.kind not in AMONG_STAFF]
    sentences = [tell_step(deadline, step, words) for step in told]
    if extended_until is not None:
        rule = choose_extension(followed.appeal.procedure)
        longest = due(rule.longest, followed.appeal.received_on, build_calendar())
        term = next(step for step in steps(longest) if step.kind is StepKind.COUNTING_STARTS)
        day = format_day(extended_until, words.locale)
        sentences += [
            words.gettext("The head has extended the term; the last day is %(day)s.", day=day),
            tell_step(longest, term, words),
        ]
    return sentences


def _answered_on(followed: Followed) -> date | None:
    return local_date(followed.answer.answered_at) if followed.answer else None


HANDLERS: Final[list[ControllerRouterHandler]] = [ask_appeal, find_appeal, show_appeal]
