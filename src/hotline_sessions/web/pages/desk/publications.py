"""Where sessions are published, and whether that is still true: for who tells the public."""

import asyncio
from typing import Annotated, Final, Literal

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK
from litestar.types import ControllerRouterHandler
from msgspec import Meta, Struct

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.publications import BadSite, Ending, Kind, Place
from hotline_sessions.domain.times import local_date
from hotline_sessions.gateways.posters import Paper, build_poster_pdf, build_poster_png
from hotline_sessions.i18n import N_, Locale, load_catalogues
from hotline_sessions.services.channels import (
    find_own_channel,
    find_own_post,
    is_to_post,
    list_own_stuck,
)
from hotline_sessions.services.publication_words import Told, write_text
from hotline_sessions.services.publications import (
    Shown,
    end,
    get_home,
    get_told,
    list_all,
    list_of_session,
    list_sites,
    note,
    note_widget,
    save_sites,
)
from hotline_sessions.web.dependencies import (
    Now,
    PageRequest,
    PublicUrl,
    Secret,
    SignedIn,
    facts_of,
)
from hotline_sessions.web.file_answers import answer_file
from hotline_sessions.web.form_answers import refuse_field
from hotline_sessions.web.form_marks import read_once
from hotline_sessions.web.forms import (
    BLANK_FORM,
    FormView,
    Mistakes,
    Sentences,
    parse_form,
    prefilled,
    read_form,
    with_mistakes,
)
from hotline_sessions.web.pages.desk.publication_words import (
    CHANGES,
    ENDINGS,
    KINDS,
    TODOS,
    write_poster,
)
from hotline_sessions.web.pages.desk.sessions import PLANNERS, lead_to
from hotline_sessions.web.pages.widgets import write_fragment
from hotline_sessions.web.templating import page


PATH: Final = "/staff/publications"

SENTENCES: Final[Sentences] = {
    ("place", "missing"): N_("Say where it is published: a newspaper, a channel, an address"),
    ("place", "too-short"): N_("Say where it is published: a newspaper, a channel, an address"),
}
NAMES: Final = {"kinds": KINDS, "todos": TODOS, "endings": ENDINGS, "changes": CHANGES}
COPIED: Final = (Kind.NEWSPAPER, Kind.POST)
"""Kinds that are texts to copy."""


class PaperForm(Struct, frozen=True, kw_only=True):
    """A sheet to download."""

    paper: Paper = Paper.A4
    form: Literal["pdf", "png"] = "pdf"
    language: Locale = "uk"


class TextForm(Struct, frozen=True, kw_only=True):
    """What was copied, and where to."""

    kind: Kind
    place: Place
    language: Locale = "uk"


class WidgetForm(Struct, frozen=True, kw_only=True):
    """Where the widget stands."""

    place: Place
    language: Locale = "uk"


class EndForm(Struct, frozen=True, kw_only=True):
    """What became of a publication."""

    ending: Ending


class SitesForm(Struct, frozen=True, kw_only=True):
    """Sites, one a line."""

    sites: Annotated[str, Meta(max_length=5000)] = ""


@get(PATH, include_in_schema=False, guards=PLANNERS)
async def show_all(
    request: PageRequest, signed_in: SignedIn, now: Now, public_url: PublicUrl
) -> Response[str]:
    """All that is out, first what is no longer true; the widget, and the schedule of a month."""
    return await show_list(request, signed_in, now, public_url)


@post(f"{PATH}/widget", include_in_schema=False, guards=PLANNERS, status_code=HTTP_200_OK)
async def add_widget(
    request: PageRequest, signed_in: SignedIn, now: Now, public_url: PublicUrl, secret: Secret
) -> Response[str]:
    """Note on which site the widget stands."""
    form = await read_form(request)
    given = parse_form(WidgetForm, form)
    if isinstance(given, Mistakes):
        view = with_mistakes(request, form, given, SENTENCES)
        return await show_list(request, signed_in, now, public_url, view, status=422)
    once = read_once(form, "widget", staff=signed_in, secret=secret)
    await note_widget(given.place, language=given.language, staff=signed_in, now=now, once=once)
    return lead_to(request, PATH)


@post(f"{PATH}/sites", include_in_schema=False, guards=PLANNERS, status_code=HTTP_200_OK)
async def change_sites(
    request: PageRequest, signed_in: SignedIn, now: Now, public_url: PublicUrl, secret: Secret
) -> Response[str]:
    """Choose on which sites the widget may stand."""
    form = await read_form(request)
    given = parse_form(SitesForm, form)
    view: FormView
    if isinstance(given, Mistakes):
        view = with_mistakes(request, form, given, SENTENCES)
        return await show_list(request, signed_in, now, public_url, view, status=422)
    try:
        once = read_once(form, "sites", staff=signed_in, secret=secret)
        await save_sites(given.sites, staff=signed_in, now=now, once=once)
    except BadSite as refusal:
        view = refuse_field(request, form, "sites", refusal)
        return await show_list(request, signed_in, now, public_url, view, status=422)
    return lead_to(request, PATH)


@post(f"{PATH}/{{name:str}}/end", include_in_schema=False, guards=PLANNERS, status_code=HTTP_200_OK)
async def end_publication(
    request: PageRequest,
    name: FromPath[str],
    signed_in: SignedIn,
    now: Now,
    public_url: PublicUrl,
    secret: Secret,
) -> Response[str]:
    """Note that a publication was replaced or taken down."""
    form = await read_form(request)
    given = parse_form(EndForm, form)
    if isinstance(given, Mistakes):
        view = with_mistakes(request, form, given, SENTENCES)
        return await show_list(request, signed_in, now, public_url, view, status=422)
    once = read_once(form, f"publication:{name}", staff=signed_in, secret=secret)
    ended = await end(name, given.ending, staff=signed_in, now=now, once=once)
    goes_back = form.get("back") == "session" and ended.session is not None
    return lead_to(request, path_of(ended.session) if goes_back and ended.session else PATH)


@get("/staff/sessions/{public_id:str}/publications", include_in_schema=False, guards=PLANNERS)
async def show_session(
    request: PageRequest,
    public_id: FromPath[str],
    signed_in: SignedIn,
    now: Now,
    public_url: PublicUrl,
) -> Response[str]:
    """What can be published of one session, and what has been."""
    told = await get_told(public_id, staff=signed_in, public_url=public_url)
    return await show_of_session(request, told, signed_in, now)


@post(
    "/staff/sessions/{public_id:str}/publications/paper",
    include_in_schema=False,
    guards=PLANNERS,
    status_code=HTTP_200_OK,
)
async def print_paper(
    request: PageRequest,
    public_id: FromPath[str],
    signed_in: SignedIn,
    now: Now,
    public_url: PublicUrl,
) -> Response[str] | Response[bytes]:
    """A poster or a leaflet, noted as published."""
    told = await get_told(public_id, staff=signed_in, public_url=public_url)
    form = await read_form(request)
    wanted = parse_form(PaperForm, form)
    if isinstance(wanted, Mistakes):
        view = with_mistakes(request, form, wanted, SENTENCES)
        return await show_of_session(request, told, signed_in, now, view, status=422)
    poster = write_poster(told, load_catalogues().words(wanted.language), now=now)
    if wanted.form == "pdf":
        content = await asyncio.to_thread(build_poster_pdf, poster, wanted.paper, made_at=now)
    else:
        content = await asyncio.to_thread(build_poster_png, poster, wanted.paper)
    kind = Kind.LEAFLET if wanted.paper is Paper.A5 else Kind.POSTER
    await note(kind, told.session, language=wanted.language, staff=signed_in, now=now)
    media_type = "application/pdf" if wanted.form == "pdf" else "image/png"
    name = f"{kind.value}-{told.session.held_on}-{wanted.paper.value}.{wanted.form}"
    return answer_file(name, media_type, content)


@post(
    "/staff/sessions/{public_id:str}/publications/text",
    include_in_schema=False,
    guards=PLANNERS,
    status_code=HTTP_200_OK,
)
async def note_text(
    request: PageRequest,
    public_id: FromPath[str],
    signed_in: SignedIn,
    now: Now,
    public_url: PublicUrl,
    secret: Secret,
) -> Response[str]:
    """Note where a copied text is published."""
    told = await get_told(public_id, staff=signed_in, public_url=public_url)
    form = await read_form(request)
    given = parse_form(TextForm, form)
    if not isinstance(given, Mistakes) and given.kind not in {*COPIED, Kind.FRAGMENT}:
        given = Mistakes(by_field={"kind": "not-a-choice"})
    if isinstance(given, Mistakes):
        view = with_mistakes(request, form, given, SENTENCES)
        return await show_of_session(request, told, signed_in, now, view, status=422)
    await note(
        given.kind,
        told.session,
        language=given.language,
        place=given.place,
        staff=signed_in,
        now=now,
        once=read_once(form, f"text:{public_id}", staff=signed_in, secret=secret),
    )
    return lead_to(request, path_of(public_id))


def path_of(public_id: str) -> str:
    """The page of publications of a session."""
    return f"/staff/sessions/{public_id}/publications"


async def show_list(
    request: PageRequest,
    staff: Staff,
    now: Now,
    public_url: str,
    form: FormView | None = None,
    *,
    status: int = HTTP_200_OK,
) -> Response[str]:
    """The page of all publications; ``form`` is what was typed into one of its forms."""
    sites = await list_sites(staff=staff)
    channel = await find_own_channel(staff=staff)
    return page(
        request,
        "pages/desk/publications/list.html",
        status=status,
        publications=await list_all(staff=staff, now=now),
        month=f"{local_date(now):%Y-%m}",
        public_url=public_url,
        home=await get_home(staff=staff),
        has_sites=bool(sites),
        has_bot=facts_of(request).has_bot,
        channel=channel,
        stuck=await list_own_stuck(staff=staff, now=now),
        form=form or prefilled(sites="\n".join(sites)),
        **NAMES,
    )


async def show_of_session(
    request: PageRequest,
    told: Told,
    staff: Staff,
    now: Now,
    form: FormView = BLANK_FORM,
    *,
    status: int = HTTP_200_OK,
) -> Response[str]:
    """The page of what is published of one session."""
    shown = Shown(sessions=[told.session], sites=())
    catalogues = load_catalogues()
    languages: tuple[Locale, ...] = ("uk", "en")
    texts = [
        (kind, language, write_text(kind, told, catalogues.words(language)))
        for language in languages
        for kind in COPIED
    ]
    fragment = write_fragment(request, shown, public_url=told.public_url)
    return page(
        request,
        "pages/desk/publications/session.html",
        status=status,
        session=told.session,
        texts=texts,
        fragment=fragment,
        has_bot=facts_of(request).has_bot,
        channel=await find_own_channel(staff=staff),
        posted=await find_own_post(told.session.public_id, staff=staff),
        may_post=is_to_post(told.session, now=now),
        publications=await list_of_session(told.session.public_id, staff=staff, now=now),
        public_url=told.public_url,
        form=form,
        **NAMES,
    )


HANDLERS: Final[list[ControllerRouterHandler]] = [
    show_all,
    add_widget,
    change_sites,
    end_publication,
    show_session,
    print_paper,
    note_text,
]
