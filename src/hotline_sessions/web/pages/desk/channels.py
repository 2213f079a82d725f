"""The Telegram channel of an institution, and posts of sessions in it."""

from typing import Annotated, Final, Literal

from litestar import Response, post
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK
from litestar.types import ControllerRouterHandler
from msgspec import Meta, Struct

from hotline_sessions.domain.channel_posts import BadChat, BadMessage, ChatTaken
from hotline_sessions.services.channels import (
    post_again,
    post_to_channel,
    save_own_channel,
    say_where,
    try_channel_again,
)
from hotline_sessions.services.publications import get_told
from hotline_sessions.web.dependencies import Now, PageRequest, PublicUrl, Secret, SignedIn
from hotline_sessions.web.form_answers import refuse_field
from hotline_sessions.web.form_marks import read_once
from hotline_sessions.web.forms import Mistakes, parse_form, read_form, with_mistakes
from hotline_sessions.web.pages.desk.publications import (
    PATH,
    SENTENCES,
    path_of,
    show_list,
    show_of_session,
)
from hotline_sessions.web.pages.desk.sessions import PLANNERS, lead_to


class ChannelForm(Struct, frozen=True, kw_only=True):
    """Which channel; empty: none."""

    chat: Annotated[str, Meta(max_length=60)] = ""
    by_itself: Literal["", "yes"] = ""


class PostForm(Struct, frozen=True, kw_only=True):
    """What to do with the post of a session; ``message`` says where it stands."""

    deed: Literal["post", "again", "found"]
    message: Annotated[str, Meta(max_length=100)] = ""


@post(f"{PATH}/channel", include_in_schema=False, guards=PLANNERS, status_code=HTTP_200_OK)
async def choose_channel(
    request: PageRequest, signed_in: SignedIn, now: Now, public_url: PublicUrl, secret: Secret
) -> Response[str]:
    """Name the channel, and whether it is posted to by itself."""
    form = await read_form(request)
    given = parse_form(ChannelForm, form)
    if isinstance(given, Mistakes):
        view = with_mistakes(request, form, given, SENTENCES)
        return await show_list(request, signed_in, now, public_url, view, status=422)
    try:
        await save_own_channel(
            given.chat,
            posts_by_itself=bool(given.by_itself),
            staff=signed_in,
            now=now,
            once=read_once(form, "channel", staff=signed_in, secret=secret),
        )
    except (BadChat, ChatTaken) as refusal:
        view = refuse_field(request, form, "chat", refusal)
        return await show_list(request, signed_in, now, public_url, view, status=422)
    return lead_to(request, PATH)


@post(f"{PATH}/channel/again", include_in_schema=False, guards=PLANNERS, status_code=HTTP_200_OK)
async def try_again(request: PageRequest, signed_in: SignedIn, now: Now) -> Response[str]:
    """The channel was put right."""
    await read_form(request)
    await try_channel_again(staff=signed_in, now=now)
    return lead_to(request, PATH)


@post(
    "/staff/sessions/{public_id:str}/publications/channel",
    include_in_schema=False,
    guards=PLANNERS,
    status_code=HTTP_200_OK,
)
async def work_on_post(
    request: PageRequest,
    public_id: FromPath[str],
    signed_in: SignedIn,
    now: Now,
    public_url: PublicUrl,
    secret: Secret,
) -> Response[str]:
    """Post a session, or say what became of a post of which nothing is known."""
    told = await get_told(public_id, staff=signed_in, public_url=public_url)
    form = await read_form(request)
    given = parse_form(PostForm, form)
    if isinstance(given, Mistakes):
        view = with_mistakes(request, form, given, SENTENCES)
        return await show_of_session(request, told, signed_in, now, view, status=422)
    once = read_once(form, f"post:{public_id}", staff=signed_in, secret=secret)
    try:
        if given.deed == "post":
            await post_to_channel(public_id, staff=signed_in, now=now, once=once)
        elif given.deed == "again":
            await post_again(public_id, staff=signed_in, now=now, once=once)
        else:
            await say_where(public_id, given.message, staff=signed_in, now=now, once=once)
    except BadMessage as refusal:
        view = refuse_field(request, form, "message", refusal)
        return await show_of_session(request, told, signed_in, now, view, status=422)
    return lead_to(request, path_of(public_id))


HANDLERS: Final[list[ControllerRouterHandler]] = [choose_channel, try_again, work_on_post]
