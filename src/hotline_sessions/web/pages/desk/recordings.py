"""Recordings for staff: who may hear says why, it is written down, then the sound is given out."""

from collections.abc import AsyncIterator
from typing import Annotated, Final

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Stream
from litestar.status_codes import (
    HTTP_200_OK,
    HTTP_206_PARTIAL_CONTENT,
    HTTP_416_REQUESTED_RANGE_NOT_SATISFIABLE,
)
from litestar.types import ControllerRouterHandler
from msgspec import Meta, Struct

from hotline_sessions.domain.access import Right, Staff
from hotline_sessions.domain.recordings import Recording, media_type_of
from hotline_sessions.i18n import N_
from hotline_sessions.services.recording_plays import (
    CHUNK,
    get_heard,
    get_sound,
    list_for_staff,
    read_sound,
    start_listening,
)
from hotline_sessions.services.recording_ports import Storage
from hotline_sessions.web.dependencies import Now, PageRequest, SignedIn, sounds_of
from hotline_sessions.web.forms import (
    FormView,
    Mistakes,
    Sentences,
    parse_form,
    read_form,
    with_mistakes,
)
from hotline_sessions.web.guards import require, require_staff
from hotline_sessions.web.pages.desk.sessions import lead_to
from hotline_sessions.web.ranges import Part, Unsatisfiable, read_part
from hotline_sessions.web.templating import page


LISTENERS: Final = [require_staff, require(Right.RUN_DESK, Right.ANSWER_APPEALS)]

SENTENCES: Final[Sentences] = {
    ("reason", "missing"): N_("Write why you listen: it is kept with your name"),
    ("reason", "too-short"): N_("Write why you listen: it is kept with your name"),
    ("reason", "too-long"): N_("Shorten the reason: up to 200 characters"),
}


class Listening(Struct, frozen=True, kw_only=True):
    """What is entered before a recording is heard."""

    reason: Annotated[str, Meta(min_length=5, max_length=200)]


@get("/staff/recordings", include_in_schema=False, guards=LISTENERS)
async def show_recordings(request: PageRequest, signed_in: SignedIn) -> Response[str]:
    """Recordings of the institution, the latest first, also those that are erased."""
    return page(
        request,
        "pages/desk/recordings/list.html",
        recordings=await list_for_staff(staff=signed_in),
    )


@get("/staff/recordings/{public_id:str}", include_in_schema=False, guards=LISTENERS)
async def show_recording(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[str]:
    """One recording, with who has listened to it."""
    return await _show(request, public_id, signed_in, now, FormView())


@post(
    "/staff/recordings/{public_id:str}/listen",
    include_in_schema=False,
    guards=LISTENERS,
    status_code=HTTP_200_OK,
)
async def listen(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[str]:
    """Write down who listens and why; the player is shown after that."""
    form = await read_form(request)
    given = parse_form(Listening, form)
    if isinstance(given, Mistakes):
        view = with_mistakes(request, form, given, SENTENCES)
        return await _show(request, public_id, signed_in, now, view, status=422)
    await start_listening(public_id, given.reason, staff=signed_in, now=now)
    return lead_to(request, f"/staff/recordings/{public_id}")


@get("/staff/recordings/{public_id:str}/sound", include_in_schema=False, guards=LISTENERS)
async def give_sound(
    request: PageRequest,
    public_id: FromPath[str],
    signed_in: SignedIn,
    now: Now,
) -> Response[bytes] | Stream:
    """The sound, whole or in part, to who has said why; it is kept by no cache."""
    recording = await get_sound(public_id, staff=signed_in, now=now)
    try:
        asked = read_part(request.headers.get("range"), recording.size)
    except Unsatisfiable:
        return Response(
            b"",
            status_code=HTTP_416_REQUESTED_RANGE_NOT_SATISFIABLE,
            headers={"Content-Range": f"bytes */{recording.size}"},
        )
    sounds = sounds_of(request)
    part = asked or Part(start=0, end=recording.size, size=recording.size)
    first = await read_sound(sounds, recording, part.start, min(part.start + CHUNK, part.end))
    return Stream(
        _read_on(sounds, recording, part, first),
        status_code=HTTP_206_PARTIAL_CONTENT if asked else HTTP_200_OK,
        media_type=media_type_of(recording.storage_key),
        headers=build_headers(recording, part, is_part=asked is not None),
    )


def build_headers(recording: Recording, part: Part, *, is_part: bool) -> dict[str, str]:
    """What a player has to know; the name of the file is that of the address."""
    ending = recording.storage_key.rpartition(".")[2]
    headers = {
        "Accept-Ranges": "bytes",
        "Cache-Control": "no-store",
        "Content-Disposition": f'inline; filename="recording-{recording.public_id}.{ending}"',
        "Content-Length": str(part.end - part.start),
    }
    return headers | {"Content-Range": part.content_range} if is_part else headers


async def _read_on(
    sounds: Storage, recording: Recording, part: Part, first: bytes
) -> AsyncIterator[bytes]:
    """The ``first`` bytes, which have been read already, and all that follow."""
    yield first
    for start in range(part.start + len(first), part.end, CHUNK):
        yield await read_sound(sounds, recording, start, min(start + CHUNK, part.end))


async def _show(
    request: PageRequest,
    public_id: str,
    staff: Staff,
    now: Now,
    form: FormView,
    *,
    status: int = HTTP_200_OK,
) -> Response[str]:
    heard = await get_heard(public_id, staff=staff, now=now)
    return page(
        request,
        "pages/desk/recordings/show.html",
        status=status,
        recording=heard.recording,
        plays=heard.plays,
        is_open=heard.is_open,
        form=form,
    )


HANDLERS: Final[list[ControllerRouterHandler]] = [
    show_recordings,
    show_recording,
    listen,
    give_sound,
]
