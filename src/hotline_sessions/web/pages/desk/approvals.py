"""Approval of schedules: many sessions by one order, what has changed since, and when to tell."""

from collections.abc import Mapping
from datetime import date, datetime, time
from types import MappingProxyType
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK
from litestar.types import ControllerRouterHandler
from msgspec import Meta, Struct

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.approvals import LONGEST_ORDER, Compared, Fate
from hotline_sessions.domain.errors import Conflict, Invalid, NotFound
from hotline_sessions.domain.plans import Part
from hotline_sessions.domain.schedule_dates import is_planned_year
from hotline_sessions.domain.times import at_wall_time
from hotline_sessions.i18n import N_
from hotline_sessions.services.approvals import (
    Announce,
    Order,
    approve,
    compare_schedule,
    find_own_orders,
    lift_embargo,
    list_own_approvals,
)
from hotline_sessions.services.plans import get_own_zone, list_planned
from hotline_sessions.web.dependencies import Now, PageRequest, SignedIn
from hotline_sessions.web.errors import status_of
from hotline_sessions.web.form_answers import refuse_field
from hotline_sessions.web.forms import (
    MANY_FIELDS,
    Form,
    FormView,
    Mistakes,
    Sentences,
    parse_form,
    prefilled,
    read_form,
    with_mistakes,
)
from hotline_sessions.web.pages.desk.sessions import PLANNERS, lead_to
from hotline_sessions.web.templating import page


PATH: Final = "/staff/approvals"

SENTENCES: Final[Sentences] = MappingProxyType(
    {
        ("sessions", "missing"): N_("Choose at least one session"),
        ("number", "missing"): N_("Enter the number of the order"),
        ("number", "too-long"): N_("The number of an order has at most 40 characters"),
        ("order_on", "missing"): N_("Enter the day of the order"),
        ("order_on", "wrong"): N_("Enter a day, for example 2026-11-24"),
        ("publish_on", "missing"): N_("Enter the day of the announcement"),
        ("publish_on", "wrong"): N_("Enter a day, for example 2026-11-24"),
        ("publish_clock", "missing"): N_("Enter the time of the announcement"),
        ("publish_clock", "wrong"): N_("Enter a time, such as 10:00"),
    }
)

FIELDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "order-from-future": "order_on",
        "embargo-too-early": "publish_on",
        "embargo-too-late": "publish_on",
    }
)

FATES: Final[Mapping[Fate, tuple[str, str]]] = MappingProxyType(
    {
        Fate.SAME: (N_("as approved"), "green"),
        Fate.CHANGED: (N_("changed"), "yellow"),
        Fate.CALLED_OFF: (N_("cancelled"), "red"),
        Fate.REMOVED: (N_("removed"), "red"),
        Fate.ADDED: (N_("added since"), "blue"),
    }
)

FACTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "held_on": N_("Day"),
        "opens_clock": N_("Start of the session"),
        "closes_clock": N_("End of the session"),
        "post": N_("Post"),
        "official": N_("Official"),
        "line": N_("Line that citizens call"),
        "topic": N_("Topic"),
        "place": N_("Place"),
    }
)

FAILURES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "changed": N_("It was not announced: it is no longer as approved."),
        "too-late": N_("It was not announced: its time had come already."),
        "incomplete-session": N_("It was not announced: it has no line."),
    }
)


class ApprovalForm(Struct, frozen=True, kw_only=True):
    """The order, the sessions that it approves, and when they are announced."""

    sessions: list[Annotated[str, Meta(max_length=12)]]
    number: Annotated[str, Meta(max_length=LONGEST_ORDER)]
    order_on: date
    announce: Announce = Announce.LATER
    publish_on: date | None = None
    publish_clock: time | None = None


class Difference(Struct, frozen=True, kw_only=True):
    """One fact that is no longer as approved."""

    name: str
    before: str
    after: str


@get(PATH, include_in_schema=False, guards=PLANNERS)
async def show_approvals(request: PageRequest, signed_in: SignedIn, now: Now) -> Response[str]:
    """What waits for approval, a form for the order, and orders of before."""
    return await _show(request, signed_in, now, prefilled(announce=Announce.LATER.value))


@post(PATH, include_in_schema=False, guards=PLANNERS, status_code=HTTP_200_OK)
async def add_approval(request: PageRequest, signed_in: SignedIn, now: Now) -> Response[str]:
    """Approve the chosen sessions by one order: all of them or none."""
    form = await read_form(request, most=MANY_FIELDS)
    given = _read(form)
    if isinstance(given, Mistakes):
        view = with_mistakes(request, form, given, SENTENCES)
        return await _show(request, signed_in, now, view, status=422)
    order = await _order(given, signed_in)
    try:
        approval = await approve(given.sessions, order, staff=signed_in, now=now)
    except NotFound:
        raise
    except (Conflict, Invalid) as refusal:
        view = refuse_field(request, form, FIELDS.get(refusal.code, "sessions"), refusal)
        return await _show(request, signed_in, now, view, status=status_of(refusal))
    return lead_to(request, f"{PATH}/{approval.public_id}")


@get(PATH + "/{public_id:str}", include_in_schema=False, guards=PLANNERS)
async def show_comparison(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[str]:
    """The schedule as it was approved beside what it has become."""
    compared = await compare_schedule(public_id, staff=signed_in)
    return page(
        request,
        "pages/desk/approvals/show.html",
        approval=compared.approval,
        differing=compared.differing,
        lines=[(line, _list_differences(line)) for line in compared.lines],
        fates=FATES,
        facts_names=FACTS,
        failures=FAILURES,
        may_lift=compared.approval.is_held_back
        and compared.approval.publish_at is not None
        and compared.approval.publish_at > now,
    )


@post(
    PATH + "/{public_id:str}/lift",
    include_in_schema=False,
    guards=PLANNERS,
    status_code=HTTP_200_OK,
)
async def lift(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[str]:
    """Take the agreed time of the announcement back."""
    await lift_embargo(public_id, staff=signed_in, now=now)
    return lead_to(request, f"{PATH}/{public_id}")


def _read(form: Form) -> ApprovalForm | Mistakes:
    given = parse_form(ApprovalForm, form)
    if isinstance(given, Mistakes) or given.announce is not Announce.AT:
        return given
    missing = {
        name: "missing" for name in ("publish_on", "publish_clock") if getattr(given, name) is None
    }
    if given.publish_on is not None and not is_planned_year(given.publish_on):
        missing["publish_on"] = "wrong"
    return Mistakes(by_field=missing) if missing else given


async def _order(given: ApprovalForm, staff: Staff) -> Order:
    publish_at: datetime | None = None
    if given.announce is Announce.AT and given.publish_on and given.publish_clock is not None:
        zone: ZoneInfo = await get_own_zone(staff=staff)
        clock = given.publish_clock.replace(tzinfo=None)
        publish_at = at_wall_time(given.publish_on, clock, zone)
    return Order(
        number=given.number, on=given.order_on, announce=given.announce, publish_at=publish_at
    )


def _list_differences(line: Compared) -> list[Difference]:
    if line.approved is None or line.present is None:
        return []
    return [
        Difference(
            name=FACTS[name],
            before=_write(getattr(line.approved, name)),
            after=_write(getattr(line.present.facts, name)),
        )
        for name in line.differences
    ]


def _write(value: object) -> str:
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    return f"{value:%H:%M}" if isinstance(value, time) else str(value) or "–"


async def _show(
    request: PageRequest,
    staff: Staff,
    now: Now,
    form: FormView,
    *,
    status: int = HTTP_200_OK,
) -> Response[str]:
    drafts = await list_planned(Part.DRAFTS, staff=staff, now=now)
    coming = [each for each in drafts if each.starts_at > now]
    return page(
        request,
        "pages/desk/approvals/list.html",
        status=status,
        drafts=coming,
        orders=await find_own_orders([each.id for each in coming], staff=staff),
        approvals=await list_own_approvals(staff=staff),
        form=form,
    )


HANDLERS: Final[list[ControllerRouterHandler]] = [
    show_approvals,
    add_approval,
    show_comparison,
    lift,
]
