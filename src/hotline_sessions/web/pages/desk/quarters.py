"""Plans of quarters: wishes, the proposal with what it misses, pins, and drafts made of it."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK
from litestar.types import ControllerRouterHandler
from msgspec import Struct
from msgspec.structs import replace

from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.quarter_plans import (
    Standing,
    Wish,
    list_weeks,
    month_of,
    week_of,
)
from hotline_sessions.domain.quarter_settings import (
    PlacedSession,
    PlanChanged,
    PlanState,
    QuarterOver,
    QuarterPlan,
    QuarterSettings,
    Seat,
    StartsTooNear,
    StillPlanned,
)
from hotline_sessions.i18n import Locale, Words, format_short_day
from hotline_sessions.services.plans import Choices, list_choices
from hotline_sessions.services.quarter_plans import (
    ShownPlan,
    ask_for_plan,
    change_quarter,
    get_own_quarter,
    list_own_quarters,
    make_quarter,
    pin_places,
    show_quarter,
    take_into_schedule,
)
from hotline_sessions.web.dependencies import Now, PageRequest, Secret, SignedIn
from hotline_sessions.web.errors import status_of
from hotline_sessions.web.form_marks import read_mark
from hotline_sessions.web.forms import MANY_FIELDS, FormView, Mistakes, read_form, with_mistakes
from hotline_sessions.web.locale import locale_of, words_of
from hotline_sessions.web.pages.desk.quarter_forms import (
    HOURS,
    SENTENCES,
    WEIGHTS,
    begin,
    fill,
    fill_seat,
    list_quarters,
    read_seat,
    read_settings,
)
from hotline_sessions.web.pages.desk.quarter_words import (
    WISHES,
    describe_clash,
    describe_missed,
    name_month,
)
from hotline_sessions.web.pages.desk.series_words import WEEKDAYS
from hotline_sessions.web.pages.desk.sessions import PLANNERS, lead_to
from hotline_sessions.web.refusals import REFUSALS
from hotline_sessions.web.templating import is_partial, page


PATH: Final = "/staff/quarters"
ONE: Final = PATH + "/{public_id:str}"


class Row(Struct, frozen=True, kw_only=True):
    """Weeks of one official in the proposal."""

    name: str
    weeks: list[list[str]]


class Month(Struct, frozen=True, kw_only=True):
    """A month of the quarter, which is shown and pinned at once."""

    number: int
    title: str
    first_on: date
    last_on: date


@get(PATH, include_in_schema=False, guards=PLANNERS)
async def show_all(request: PageRequest, signed_in: SignedIn) -> Response[str]:
    """All plans of the institution."""
    return page(
        request, "pages/desk/quarters/list.html", plans=await list_own_quarters(staff=signed_in)
    )


@get(f"{PATH}/new", include_in_schema=False, guards=PLANNERS)
async def show_new(request: PageRequest, signed_in: SignedIn, now: Now) -> Response[str]:
    """The form in which a quarter is described."""
    choices = await list_choices(staff=signed_in, now=now)
    return _show_form(request, choices, begin(choices))


@post(f"{PATH}/new", include_in_schema=False, guards=PLANNERS, status_code=HTTP_200_OK)
async def make_new(
    request: PageRequest, signed_in: SignedIn, now: Now, secret: Secret
) -> Response[str]:
    """Keep the wishes as a new plan."""
    choices = await list_choices(staff=signed_in, now=now)
    form = await read_form(request, most=MANY_FIELDS)
    settings = read_settings(form, choices)
    if not isinstance(settings, Mistakes):
        try:
            plan = await make_quarter(
                settings, staff=signed_in, now=now, form=read_mark(form), secret=secret
            )
        except (QuarterOver, StartsTooNear) as refusal:
            settings = _blame(refusal)
        else:
            return lead_to(request, f"{PATH}/{plan.public_id}")
    view = with_mistakes(request, form, settings, SENTENCES)
    return _show_form(request, choices, view, status=422)


@get(ONE, include_in_schema=False, guards=PLANNERS)
async def show_one(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[str]:
    """The proposal, what it misses, and what can be done with it."""
    if is_partial(request):
        return _show_progress(request, await get_own_quarter(public_id, staff=signed_in))
    shown = await show_quarter(public_id, staff=signed_in, now=now)
    return await _show_plan(request, shown, signed_in, now)


@post(ONE, include_in_schema=False, guards=PLANNERS, status_code=HTTP_200_OK)
async def work_on(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[str]:
    """Pin what is ticked; then search again, or make drafts, if that was asked for."""
    form = await read_form(request, most=MANY_FIELDS)
    deed, home = form.get("deed"), f"{PATH}/{public_id}"
    try:
        if form.get("month"):
            await _pin(request, public_id, signed_in, now)
        if deed == "search":
            await ask_for_plan(public_id, staff=signed_in, now=now)
        elif deed == "take":
            await take_into_schedule(public_id, staff=signed_in, now=now)
    except (StillPlanned, PlanChanged) as refusal:
        shown = await show_quarter(public_id, staff=signed_in, now=now)
        said = words_of(request).gettext(REFUSALS[refusal.code])
        return await _show_plan(
            request, shown, signed_in, now, said=said, status=status_of(refusal)
        )
    month = _read_number(form.get("month"))
    return lead_to(request, f"{home}?month={month}" if month and deed == "pin" else home)


async def _pin(request: PageRequest, public_id: str, staff: SignedIn, now: Now) -> None:
    form = await read_form(request, most=MANY_FIELDS)
    shown = await show_quarter(public_id, staff=staff, now=now)
    months = _list_months(shown.plan.settings, words_of(request))
    number = _read_number(form.get("month"))
    month = next((each for each in months if each.number == number), None)
    if month is None:
        raise NotFound
    pins = [_read_pin(text) for text in form.list_values("pins")]
    if any(pin is None for pin in pins):
        raise PlanChanged
    await pin_places(
        public_id,
        [pin for pin in pins if pin is not None],
        within=(month.first_on, month.last_on),
        staff=staff,
        now=now,
    )


@get(f"{ONE}/change", include_in_schema=False, guards=PLANNERS)
async def show_change(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[str]:
    """The wishes, to be changed."""
    shown = await show_quarter(public_id, staff=signed_in, now=now)
    choices = await list_choices(staff=signed_in, now=now)
    return _show_form(request, choices, fill(shown.plan.settings), shown=shown)


@post(f"{ONE}/change", include_in_schema=False, guards=PLANNERS, status_code=HTTP_200_OK)
async def change_one(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[str]:
    """Keep other wishes; the proposal stays until it is searched for again."""
    shown = await show_quarter(public_id, staff=signed_in, now=now)
    choices = await list_choices(staff=signed_in, now=now)
    form = await read_form(request, most=MANY_FIELDS)
    settings = read_settings(form, choices, shown.plan.settings)
    if not isinstance(settings, Mistakes):
        try:
            await change_quarter(public_id, settings, staff=signed_in, now=now)
        except (QuarterOver, StartsTooNear) as refusal:
            settings = _blame(refusal)
        else:
            return lead_to(request, f"{PATH}/{public_id}")
    view = with_mistakes(request, form, settings, SENTENCES)
    return _show_form(request, choices, view, shown=shown, status=422)


@get(ONE + "/officials/{post_id:int}", include_in_schema=False, guards=PLANNERS)
async def show_seat(
    request: PageRequest,
    public_id: FromPath[str],
    post_id: FromPath[int],
    signed_in: SignedIn,
    now: Now,
) -> Response[str]:
    """Wishes of one official, to be changed."""
    shown = await show_quarter(public_id, staff=signed_in, now=now)
    choices = await list_choices(staff=signed_in, now=now)
    seat = _find_seat(shown.plan.settings, post_id)
    return _show_seat(request, shown, choices, seat, fill_seat(seat))


@post(
    ONE + "/officials/{post_id:int}",
    include_in_schema=False,
    guards=PLANNERS,
    status_code=HTTP_200_OK,
)
async def change_seat(
    request: PageRequest,
    public_id: FromPath[str],
    post_id: FromPath[int],
    signed_in: SignedIn,
    now: Now,
) -> Response[str]:
    """Keep other wishes of one official."""
    shown = await show_quarter(public_id, staff=signed_in, now=now)
    settings = shown.plan.settings
    seat = _find_seat(settings, post_id)
    form = await read_form(request, most=MANY_FIELDS)
    changed = read_seat(form, seat, settings)
    if isinstance(changed, Mistakes):
        choices = await list_choices(staff=signed_in, now=now)
        view = with_mistakes(request, form, changed, SENTENCES)
        return _show_seat(request, shown, choices, seat, view, status=422)
    seats = tuple(changed if each.post == post_id else each for each in settings.seats)
    await change_quarter(public_id, replace(settings, seats=seats), staff=signed_in, now=now)
    return lead_to(request, f"{PATH}/{public_id}")


def _find_seat(settings: QuarterSettings, post_id: int) -> Seat:
    for seat in settings.seats:
        if seat.post == post_id:
            return seat
    raise NotFound


def _blame(refusal: QuarterOver | StartsTooNear) -> Mistakes:
    field = "quarter" if isinstance(refusal, QuarterOver) else "hours"
    return Mistakes(by_field={field: refusal.code})


def _read_number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < len("1000") else 0


def _read_pin(text: str) -> tuple[int, date] | None:
    official, _, day = text.partition("@")
    if not (official.isascii() and official.isdigit() and len(official) < len(str(2**63))):
        return None
    try:
        return int(official), date.fromisoformat(day)
    except ValueError:
        return None


def _list_months(settings: QuarterSettings, words: Words) -> list[Month]:
    months = []
    first_on = settings.first_on
    while first_on <= settings.last_on:
        following = (first_on + timedelta(days=31)).replace(day=1)
        months.append(
            Month(
                number=first_on.month,
                title=name_month(first_on, words),
                first_on=first_on,
                last_on=following - timedelta(days=1),
            )
        )
        first_on = following
    return months


def _show_progress(request: PageRequest, plan: QuarterPlan) -> Response[str]:
    answer = page(request, "pages/desk/quarters/progress.html", plan=plan, plans_at=PATH)
    if plan.state is not PlanState.QUEUED:
        answer.headers["HX-Refresh"] = "true"
    return answer


async def _show_plan(
    request: PageRequest,
    shown: ShownPlan,
    staff: SignedIn,
    now: Now,
    *,
    said: str = "",
    status: int = HTTP_200_OK,
) -> Response[str]:
    words = words_of(request)
    plan, seated = shown.plan, shown.seated
    choices = await list_choices(staff=staff, now=now)
    months = _list_months(plan.settings, words)
    number = _read_number(request.query_params.get("month", ""))
    month = next((each for each in months if each.number == number), months[0])
    titles = {each.id: each.title(locale_of(request)) for each in choices.posts}
    clash = plan.answer.impossible if plan.answer else None
    return page(
        request,
        "pages/desk/quarters/show.html",
        status=status,
        said=said,
        plan=plan,
        plans_at=PATH,
        seated=seated,
        titles=titles,
        numbers={line.id: line.number for line in choices.lines},
        seats=[(seat, titles.get(seat.post, "")) for seat in plan.settings.seats],
        months=months,
        month=month,
        places=[
            each for each in plan.places if month_of(each.place.on) == month_of(month.first_on)
        ],
        weeks=list_weeks(seated.problem),
        rows=_list_rows(plan.places, seated.problem.standing, shown, locale_of(request)),
        missed=describe_missed(shown.violations, seated.problem, seated.names, words),
        clash=describe_clash(clash, seated.problem, seated.names, words) if clash else [],
        pinned=sum(each.is_pinned for each in plan.places),
        to_take=sum(each.session is None for each in plan.places),
        refusals={
            each.refusal: words.gettext(REFUSALS.get(each.refusal, REFUSALS["refused"]))
            for each in plan.places
            if each.refusal
        },
    )


def _list_rows(
    places: Sequence[PlacedSession],
    standing: Sequence[Standing],
    shown: ShownPlan,
    locale: Locale,
) -> list[Row]:
    """Who answers in which week: pinned with a mark, what stays in brackets."""
    cells: dict[tuple[int, date], list[str]] = {}
    for each in places:
        if each.session is None:
            text = f"{format_short_day(each.place.on, locale)} {each.place.clock:%H:%M}"
            mark = "● " if each.is_pinned else ""
            key = (each.place.official, week_of(each.place.on))
            cells.setdefault(key, []).append(mark + text)
    for stays in standing:
        if stays.official is not None:
            text = f"{format_short_day(stays.on, locale)} {stays.opens:%H:%M}"
            cells.setdefault((stays.official, week_of(stays.on)), []).append(f"({text})")
    weeks = list_weeks(shown.seated.problem)
    return [
        Row(name=name, weeks=[cells.get((official, week), []) for week in weeks])
        for official, name in sorted(shown.seated.names.items(), key=lambda item: item[1])
    ]


def _show_form(
    request: PageRequest,
    choices: Choices,
    form: FormView,
    *,
    shown: ShownPlan | None = None,
    status: int = HTTP_200_OK,
) -> Response[str]:
    words = words_of(request)
    return page(
        request,
        "pages/desk/quarters/form.html",
        status=status,
        choices=choices,
        form=form,
        plan=shown.plan if shown else None,
        quarters=list_quarters(choices.today),
        hours=HOURS,
        wishes=[(wish.value, words.gettext(WISHES[wish])) for wish in Wish],
        weights=_list_weights(form, words),
        plans_at=PATH,
    )


def _list_weights(form: FormView, words: Words) -> dict[str, list[tuple[int, str]]]:
    """Choices for every wish; a weight between two named ones is a choice of its own."""
    listed = {}
    for wish in Wish:
        value = _read_number(form.value(f"weight_{wish}"))
        names = {weight: words.gettext(name) for weight, name in WEIGHTS.items()}
        names.setdefault(value, str(value))
        listed[wish.value] = sorted(names.items())
    return listed


def _show_seat(
    request: PageRequest,
    shown: ShownPlan,
    choices: Choices,
    seat: Seat,
    form: FormView,
    *,
    status: int = HTTP_200_OK,
) -> Response[str]:
    words = words_of(request)
    found = next((each for each in choices.posts if each.id == seat.post), None)
    return page(
        request,
        "pages/desk/quarters/seat.html",
        status=status,
        form=form,
        plan=shown.plan,
        post=found,
        lines=[line for line in choices.lines if line.id in shown.plan.settings.lines],
        hours=[clock.hour for clock in shown.plan.settings.clocks],
        weekdays=[(number, words.gettext(name)) for number, name in enumerate(WEEKDAYS[:5])],
        plans_at=PATH,
        seat=seat,
    )


HANDLERS: Final[list[ControllerRouterHandler]] = [
    show_all,
    show_new,
    make_new,
    show_one,
    work_on,
    show_change,
    change_one,
    show_seat,
    change_seat,
]
