"""Document systems: their keys, the addresses that are told, what is published of the register."""

from typing import Annotated, Any, Final

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK
from litestar.types import ControllerRouterHandler
from msgspec import Meta, Struct

from hotline_sessions.domain.access import Right, Staff
from hotline_sessions.domain.errors import Invalid
from hotline_sessions.domain.systems import BadHookUrl, Event, Scope
from hotline_sessions.i18n import N_
from hotline_sessions.services import api_keys, hooks
from hotline_sessions.services.appeal_cards import load_directory
from hotline_sessions.services.open_status import decide, is_public
from hotline_sessions.web.api_document import API
from hotline_sessions.web.dependencies import Now, PageRequest, Secret, SignedIn, facts_of
from hotline_sessions.web.form_answers import refuse_field
from hotline_sessions.web.forms import (
    BLANK_FORM,
    FormView,
    Mistakes,
    Sentences,
    parse_form,
    read_form,
    with_mistakes,
)
from hotline_sessions.web.guards import require, require_staff
from hotline_sessions.web.locale import words_of
from hotline_sessions.web.pages.desk.sessions import lead_to
from hotline_sessions.web.row_ids import RowId
from hotline_sessions.web.templating import page


PATH: Final = "/staff/systems"
CONNECTORS: Final = [require_staff, require(Right.CONNECT_SYSTEMS)]

SCOPES: Final = (
    (Scope.READ, N_("Read cards")),
    (Scope.READ_HIDDEN, N_("Also the authors who asked for secrecy")),
    (Scope.WRITE, N_("Send appeals of another body")),
)
EVENTS: Final = (
    (Event.REGISTERED, N_("registered")),
    (Event.ASSIGNED, N_("given to executors")),
    (Event.EXTENDED, N_("term extended")),
    (Event.ANSWERED, N_("answered")),
    (Event.CLOSED, N_("closed")),
    (Event.RETURNED, N_("returned")),
    (Event.FORWARDED, N_("forwarded")),
    (Event.STOPPED, N_("not considered")),
    (Event.CHANGED, N_("any other change")),
)
STATES: Final = {
    "ready": N_("waits"),
    "sent": N_("taken"),
    "failed": N_("given up"),
}
STOPPED: Final = {
    "staff": N_("Stopped by staff"),
    "gone": N_("Stopped: the address wants nothing more"),
    "failing": N_("Stopped: the address did not answer for days"),
}

SENTENCES: Final[Sentences] = {
    ("key_name", "missing"): N_("Name the system that will use the key"),
    ("scopes", "missing"): N_("Choose at least one thing that the key allows"),
    ("url", "missing"): N_("Enter the address that begins with https://"),
    ("events", "missing"): N_("Choose at least one event"),
}


class KeyForm(Struct, frozen=True, kw_only=True):
    """A new key."""

    key_name: Annotated[str, Meta(min_length=2, max_length=100)]
    scopes: list[Scope]
    source: RowId | None = None


class HookForm(Struct, frozen=True, kw_only=True):
    """A new address."""

    url: Annotated[str, Meta(max_length=2000)]
    events: list[Event]


@get(PATH, include_in_schema=False, guards=CONNECTORS)
async def show_systems(request: PageRequest, signed_in: SignedIn) -> Response[str]:
    """Keys and addresses, and forms to make more."""
    return await _show(request, signed_in, BLANK_FORM)


@post(f"{PATH}/keys", include_in_schema=False, guards=CONNECTORS, status_code=HTTP_200_OK)
async def make_key(
    request: PageRequest, signed_in: SignedIn, secret: Secret, now: Now
) -> Response[Any]:
    """A new key, shown this once."""
    form = await read_form(request)
    given = parse_form(KeyForm, form)
    if isinstance(given, Mistakes):
        view = with_mistakes(request, form, given, SENTENCES)
        return await _show(request, signed_in, view, status=422)
    key = await api_keys.make_key(
        given.key_name,
        sorted(set(given.scopes)),
        source=given.source,
        staff=signed_in,
        secret=secret,
        now=now,
    )
    return await _show(request, signed_in, BLANK_FORM, new_key=key)


@post(
    f"{PATH}/keys/{{public_id:str}}/revoke",
    include_in_schema=False,
    guards=CONNECTORS,
    status_code=HTTP_200_OK,
)
async def revoke_key(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[Any]:
    """Nobody gets in with this key any more."""
    await api_keys.revoke(public_id, staff=signed_in, now=now)
    return lead_to(request, PATH)


@post(f"{PATH}/hooks", include_in_schema=False, guards=CONNECTORS, status_code=HTTP_200_OK)
async def make_hook(
    request: PageRequest, signed_in: SignedIn, secret: Secret, now: Now
) -> Response[Any]:
    """A new address; its page shows the secret."""
    form = await read_form(request)
    given = parse_form(HookForm, form)
    if isinstance(given, Mistakes):
        view = with_mistakes(request, form, given, SENTENCES)
        return await _show(request, signed_in, view, status=422)
    try:
        made = await hooks.make_hook(
            given.url,
            sorted(set(given.events)),
            staff=signed_in,
            secret=secret,
            may_be_private=facts_of(request).tells_inside,
            now=now,
        )
    except BadHookUrl as refusal:
        view = refuse_field(request, form, "url", refusal)
        return await _show(request, signed_in, view, status=422)
    return lead_to(request, f"{PATH}/hooks/{made.public_id}")


@get(f"{PATH}/hooks/{{public_id:str}}", include_in_schema=False, guards=CONNECTORS)
async def show_hook(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn, secret: Secret
) -> Response[str]:
    """An address, its secret, and what it was told."""
    told = await hooks.show_told(public_id, staff=signed_in, secret=secret)
    words = words_of(request)
    return page(
        request,
        "pages/desk/systems/hook.html",
        told=told,
        events={event: words.gettext(text) for event, text in EVENTS},
        states={state: words.gettext(text) for state, text in STATES.items()},
        stopped={reason: words.gettext(text) for reason, text in STOPPED.items()},
    )


@post(
    f"{PATH}/hooks/{{public_id:str}}",
    include_in_schema=False,
    guards=CONNECTORS,
    status_code=HTTP_200_OK,
)
async def change_hook(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[Any]:
    """Stop, go on, or forget an address."""
    deed = (await read_form(request)).get("deed")
    if deed not in {"stop", "start", "remove"}:
        raise Invalid
    await hooks.change_hook(public_id, deed, staff=signed_in, now=now)
    return lead_to(request, PATH if deed == "remove" else f"{PATH}/hooks/{public_id}")


@post(f"{PATH}/status", include_in_schema=False, guards=CONNECTORS, status_code=HTTP_200_OK)
async def decide_status(request: PageRequest, signed_in: SignedIn, now: Now) -> Response[Any]:
    """Whether it is published how appeals stand."""
    is_open = (await read_form(request)).get("is_open") == "on"
    await decide(is_open=is_open, staff=signed_in, now=now)
    return lead_to(request, PATH)


async def _show(
    request: PageRequest,
    staff: Staff,
    form: FormView,
    *,
    status: int = HTTP_200_OK,
    new_key: str = "",
) -> Response[str]:
    words = words_of(request)
    directory = await load_directory(staff=staff)
    scopes = [(scope.value, words.gettext(text)) for scope, text in SCOPES]
    return page(
        request,
        "pages/desk/systems/list.html",
        status=status,
        form=form,
        keys=await api_keys.list_for_staff(staff=staff),
        hooks=await hooks.list_for_staff(staff=staff),
        bodies=[(each.id, each.name) for each in directory.bodies],
        scopes=scopes,
        scope_names=dict(scopes),
        events=[(event.value, words.gettext(text)) for event, text in EVENTS],
        stopped={reason: words.gettext(text) for reason, text in STOPPED.items()},
        is_open=await is_public(staff=staff),
        new_key=new_key,
        description=f"{API}/openapi.json",
    )


HANDLERS: Final[list[ControllerRouterHandler]] = [
    show_systems,
    make_key,
    revoke_key,
    make_hook,
    show_hook,
    change_hook,
    decide_status,
]
