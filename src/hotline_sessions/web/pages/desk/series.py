"""Series of sessions: list, one series with its days, making and changing with a look before."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from typing import Any, Final
from zoneinfo import ZoneInfo

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK
from litestar.types import ControllerRouterHandler
from msgspec import Struct
from msgspec.structs import replace

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.conflicts import Clashing
from hotline_sessions.domain.errors import Refusal
from hotline_sessions.domain.series import Series, SeriesChanged, SeriesFacts
from hotline_sessions.domain.series_plans import Deed
from hotline_sessions.services.plans import Choices, list_choices
from hotline_sessions.services.series import (
    Scope,
    change_series,
    get_own,
    list_all,
    list_own_occurrences,
    make_series,
)
from hotline_sessions.services.series_previews import Preview, preview_series
from hotline_sessions.web.dependencies import Now, PageRequest, SignedIn
from hotline_sessions.web.errors import status_of
from hotline_sessions.web.form_answers import refuse_field
from hotline_sessions.web.forms import (
    Form,
    FormView,
    Mistakes,
    prefilled,
    read_form,
    with_mistakes,
)
from hotline_sessions.web.locale import words_of
from hotline_sessions.web.pages.desk.series_forms import FIELDS, SENTENCES, fill, read_facts
from hotline_sessions.web.pages.desk.series_words import (
    ORDINALS,
    WEEKDAYS,
    StepView,
    describe_rule,
    describe_steps,
)
from hotline_sessions.web.pages.desk.sessions import PLANNERS, lead_to
from hotline_sessions.web.templating import page


PATH: Final = "/staff/series"
LONGEST_REASON: Final = 300


class Shown(Struct, frozen=True, kw_only=True):
    """A preview as the page shows it: what changes, what is asked, what stays."""

    digest: str
    steps: list[StepView]
    made: int
    asked: int
    skipped: int


class Wish(Struct, frozen=True, kw_only=True):
    """How far a change goes, and which announced days it may touch."""

    scope: Scope = Scope.ALL
    since: date | None = None
    agreed: frozenset[date] = frozenset()
    reason: str = ""
    seen: str = ""


@get(PATH, include_in_schema=False, guards=PLANNERS)
async def show_all(request: PageRequest, signed_in: SignedIn, now: Now) -> Response[str]:
    """All series of the institution."""
    words = words_of(request)
    return page(
        request,
        "pages/desk/series/list.html",
        lines=[
            (line, describe_rule(line.series.facts.recurrence, words))
            for line in await list_all(staff=signed_in, now=now)
        ],
    )


@get(f"{PATH}/new", include_in_schema=False, guards=PLANNERS)
async def show_new(request: PageRequest, signed_in: SignedIn, now: Now) -> Response[str]:
    """The form in which a series is made."""
    choices = await list_choices(staff=signed_in, now=now)
    view = prefilled(
        post=choices.posts[0].id if len(choices.posts) == 1 else None,
        line=choices.lines[0].id if len(choices.lines) == 1 else None,
        ordinals_1="0",
        weeks=1,
        talk_minutes=5,
        rest_minutes=0,
        walk_in_percent=choices.walk_in_percent,
        skips_days_off="yes",
    )
    return _show_form(request, choices, view)


@post(f"{PATH}/new", include_in_schema=False, guards=PLANNERS, status_code=HTTP_200_OK)
async def make_new(request: PageRequest, signed_in: SignedIn, now: Now) -> Response[str]:
    """Show what the series would make; or make it, if that was shown before."""
    form = await read_form(request)
    wish = _read_wish(form)

    async def look(facts: SeriesFacts) -> Preview:
        return await preview_series(facts, staff=signed_in, now=now)

    async def save(facts: SeriesFacts) -> Series:
        made = await make_series(facts, seen=wish.seen, staff=signed_in, now=now)
        return made.series

    return await _work(request, form, wish, look, save, staff=signed_in, now=now, series=None)


@get(PATH + "/{public_id:str}", include_in_schema=False, guards=PLANNERS)
async def show_one(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[str]:
    """A series: its facts, its sessions and the days on which there is none."""
    series = await get_own(public_id, staff=signed_in)
    preview = await preview_series(series.facts, series=series, staff=signed_in, now=now)
    words = words_of(request)
    choices = await list_choices(staff=signed_in, now=now)
    return page(
        request,
        "pages/desk/series/show.html",
        series=series,
        post=_find(choices.posts, series.facts.post),
        official=_find(choices.officials, series.facts.official),
        line=_find(choices.lines, series.facts.line),
        rule=describe_rule(series.facts.recurrence, words),
        occurrences=await list_own_occurrences(series),
        exceptions=describe_steps(
            [step for step in preview.steps if step.deed is Deed.SKIP],
            words,
            ZoneInfo(series.time_zone),
        ),
        is_behind=any(step.deed not in {Deed.KEEP, Deed.SKIP} for step in preview.steps),
    )


@get(PATH + "/{public_id:str}/change", include_in_schema=False, guards=PLANNERS)
async def show_change(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[str]:
    """The series, to be changed."""
    series = await get_own(public_id, staff=signed_in)
    choices = await list_choices(staff=signed_in, now=now)
    view = fill(series.facts)
    since = request.query_params.get("since", "")
    values = {**view.values, "scope": (Scope.FOLLOWING.value if since else Scope.ALL.value,)}
    if since:
        values["since"] = (since[:10],)
    return _show_form(request, choices, FormView(values=values), series=series)


@post(
    PATH + "/{public_id:str}/change",
    include_in_schema=False,
    guards=PLANNERS,
    status_code=HTTP_200_OK,
)
async def change_one(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[str]:
    """Show what a change would do to every day; or carry it out, if that was shown before."""
    series = await get_own(public_id, staff=signed_in)
    form = await read_form(request)
    wish = _read_wish(form)
    since = wish.since if wish.scope is Scope.FOLLOWING else None

    async def look(facts: SeriesFacts) -> Preview:
        return await preview_series(
            _from(facts, series, since), series=series, since=since, staff=signed_in, now=now
        )

    async def save(facts: SeriesFacts) -> Series:
        made = await change_series(
            public_id,
            facts,
            scope=wish.scope,
            since=since,
            agreed=wish.agreed,
            reason=wish.reason,
            seen=wish.seen,
            staff=signed_in,
            now=now,
        )
        return made.series

    return await _work(request, form, wish, look, save, staff=signed_in, now=now, series=series)


async def _work(
    request: PageRequest,
    form: Form,
    wish: Wish,
    look: Callable[[SeriesFacts], Awaitable[Preview]],
    save: Callable[[SeriesFacts], Awaitable[Series]],
    *,
    staff: Staff,
    now: Now,
    series: Series | None,
) -> Response[str]:
    """Answer a form: its mistakes, what it would do, or the series that it has made."""
    choices = await list_choices(staff=staff, now=now)
    facts = read_facts(form, choices)
    if not isinstance(facts, Mistakes) and wish.scope is Scope.FOLLOWING and wish.since is None:
        facts = Mistakes(by_field={"since": "missing"})
    if isinstance(facts, Mistakes):
        view = with_mistakes(request, form, facts, SENTENCES)
        return _show_form(request, choices, view, series=series, status=422)
    try:
        if form.get("deed") == "save" and wish.seen:
            try:
                saved = await save(facts)
            except (SeriesChanged, Clashing) as refusal:
                view = refuse_field(request, form, "preview", refusal)
                shown = _show_steps(await look(facts), request, series)
                return _show_form(request, choices, view, series=series, shown=shown, status=409)
            return lead_to(request, f"{PATH}/{saved.public_id}")
        preview = await look(facts)
    except tuple(FIELDS) as refusal:
        view = _blame(request, form, refusal)
        return _show_form(request, choices, view, series=series, status=status_of(refusal))
    view = FormView(values=form.fields)
    shown = _show_steps(preview, request, series)
    return _show_form(request, choices, view, series=series, shown=shown)


def _from(facts: SeriesFacts, series: Series, since: date | None) -> SeriesFacts:
    """The facts of what follows from ``since`` on."""
    if since is None or since <= series.facts.from_on:
        return facts
    return replace(facts, from_on=max(facts.from_on, since))


def _blame(request: PageRequest, form: Form, refusal: Refusal) -> FormView:
    mistakes = Mistakes(by_field={FIELDS[type(refusal)]: refusal.code})
    return with_mistakes(request, form, mistakes, SENTENCES)


def _read_wish(form: Form) -> Wish:
    """What is beside the facts in the form; what cannot be read is as if it were not there."""
    days = {_read_day(text) for text in form.list_values("agreed")}
    scope = form.get("scope")
    return Wish(
        scope=Scope(scope) if scope in set(Scope) else Scope.ALL,
        since=_read_day(form.get("since")),
        agreed=frozenset(day for day in days if day is not None),
        reason=form.get("reason")[:LONGEST_REASON],
        seen=form.get("seen"),
    )


def _read_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _show_steps(preview: Preview, request: PageRequest, series: Series | None) -> Shown:
    zone = ZoneInfo(series.time_zone) if series else ZoneInfo("Europe/Kyiv")
    steps = preview.steps
    return Shown(
        digest=preview.digest,
        steps=describe_steps(steps, words_of(request), zone),
        made=sum(step.deed in {Deed.MAKE, Deed.CHANGE, Deed.REMOVE} for step in steps),
        asked=sum(step.is_asked for step in steps),
        skipped=sum(step.deed is Deed.SKIP for step in steps),
    )


def _find(known: Sequence[Any], wanted: int | None) -> object | None:
    """The one of ``known`` with this key."""
    return next((each for each in known if each.id == wanted), None)


def _show_form(
    request: PageRequest,
    choices: Choices,
    form: FormView,
    *,
    series: Series | None = None,
    shown: Shown | None = None,
    status: int = HTTP_200_OK,
) -> Response[str]:
    words = words_of(request)
    return page(
        request,
        "pages/desk/series/form.html",
        status=status,
        choices=choices,
        form=form,
        series=series,
        shown=shown,
        weekdays=[(number, words.gettext(name)) for number, name in enumerate(WEEKDAYS)],
        ordinals=[(number, words.gettext(name)) for number, name in ORDINALS.items()],
    )


HANDLERS: Final[list[ControllerRouterHandler]] = [
    show_all,
    show_new,
    make_new,
    show_one,
    show_change,
    change_one,
]
