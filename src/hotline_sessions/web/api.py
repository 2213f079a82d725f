"""What document systems ask this installation for: cards, as JSON.

Keys stand in the header ``Authorization: Bearer …``. Refusals are problem documents (RFC 9457).
"""

import re
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final

import msgspec
from litestar import Response, get, post
from litestar.connection import ASGIConnection
from litestar.exceptions import NotAuthorizedException
from litestar.handlers.base import BaseRouteHandler
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK, HTTP_201_CREATED, HTTP_304_NOT_MODIFIED
from litestar.types import ControllerRouterHandler
from msgspec import Struct

from hotline_sessions.domain.cards import build_document
from hotline_sessions.domain.errors import Forbidden, Invalid
from hotline_sessions.domain.systems import ApiKey, Scope
from hotline_sessions.gateways.ics import strong_etag
from hotline_sessions.gateways.lists import read_object
from hotline_sessions.services.api_cards import BadAppeal, list_changed, receive, show_card
from hotline_sessions.services.api_keys import recognise
from hotline_sessions.services.outer_words import explain
from hotline_sessions.web.api_document import API, build_api_document
from hotline_sessions.web.dependencies import Now, PageRequest, PublicUrl, Secret, facts_of
from hotline_sessions.web.errors import answer_refusal
from hotline_sessions.web.guards import Guard
from hotline_sessions.web.limits import check_rate
from hotline_sessions.web.locale import words_of
from hotline_sessions.web.ready import is_held


PAGE: Final = 100
MOST: Final = 500
_CURSOR: Final = re.compile(r"[0-9]{1,18}")
_LIMIT: Final = re.compile(r"[0-9]{1,3}")
_BEARER: Final = "bearer "
_FIRST_YEAR: Final = 2000


class BadQuery(Invalid):
    """A parameter of the address cannot be used. Facts: ``parameter``."""

    code = "bad-query"


def require_key(scope: Scope) -> Guard:
    """Guard that lets in systems whose key allows ``scope``, not too often."""

    async def check_key(
        connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler
    ) -> None:
        request: PageRequest = connection  # type: ignore[assignment]
        facts = facts_of(request)
        now = facts.clock.now()
        header = connection.headers.get("authorization", "")
        given = header[len(_BEARER) :].strip() if header.lower().startswith(_BEARER) else ""
        key = await recognise(given, secret=facts.secret, now=now)
        if key is None:
            check_rate(request, "api-key", now)
            raise NotAuthorizedException(headers={"WWW-Authenticate": "Bearer"})
        check_rate(request, "api", now, subject=f"api:{key.public_id}")
        if scope not in key.scopes:
            raise Forbidden
        connection.state.api_key = key

    return check_key


class Asked(Struct, frozen=True, kw_only=True):
    """From where on changes are listed, and how many steps are looked at."""

    after: int
    since: datetime | None
    limit: int


@get(f"{API}/openapi.json", include_in_schema=False, sync_to_thread=False)
def show_document(request: PageRequest, public_url: PublicUrl, now: Now) -> Response[bytes]:
    """What there is to ask for, as OpenAPI describes it: the same for everybody until a release."""
    check_rate(request, "api-document", now)
    return _answer_body(request, _write_document(public_url), cache_control="public, max-age=3600")


@get(f"{API}/appeals", include_in_schema=False, guards=[require_key(Scope.READ)])
async def list_appeals(request: PageRequest) -> Response[bytes]:
    """Cards that have changed, in the order of their changes."""
    asked = _read_query(request)
    changed = await list_changed(
        _key_of(request), after=asked.after, since=asked.since, limit=asked.limit
    )
    return _answer(
        request,
        {
            "items": [build_document(card) for card in changed.items],
            "cursor": str(changed.cursor),
            "has_more": changed.has_more,
        },
    )


@get(f"{API}/appeals/{{public_id:str}}", include_in_schema=False, guards=[require_key(Scope.READ)])
async def show_appeal(request: PageRequest, public_id: FromPath[str]) -> Response[bytes]:
    """One card."""
    return _answer(request, build_document(await show_card(public_id, _key_of(request))))


@post(
    f"{API}/appeals",
    include_in_schema=False,
    guards=[require_key(Scope.WRITE)],
    status_code=HTTP_201_CREATED,
    opt={"cross_site": True},
)
async def send_appeal(
    request: PageRequest, secret: Secret, now: Now, public_url: PublicUrl
) -> Response[Any]:
    """One more appeal of another body; with a number that is known it is the one that is there."""
    cells = read_object(await request.body())
    try:
        card, is_new = await receive(cells, _key_of(request), secret=secret, now=now)
    except BadAppeal as refusal:
        return _answer_bad(request, refusal)
    answer = _answer(request, build_document(card), status=201 if is_new else 200)
    answer.headers["Location"] = f"{public_url}{API}/appeals/{card.public_id}"
    return answer


def _key_of(request: PageRequest) -> ApiKey:
    key: ApiKey = request.state.api_key
    return key


def _read_query(request: PageRequest) -> Asked:
    query = request.query_params
    cursor, limit = query.get("cursor", "0") or "0", query.get("limit", str(PAGE))
    since = query.get("changed_since")
    if not _CURSOR.fullmatch(cursor):
        raise BadQuery(parameter="cursor")
    if not (_LIMIT.fullmatch(limit) and 1 <= int(limit) <= MOST):
        raise BadQuery(parameter="limit")
    moment = None
    if since:
        moment = _read_moment(since)
    return Asked(after=int(cursor), since=moment, limit=int(limit))


def _read_moment(text: str) -> datetime:
    """A moment of the standard, in UTC.

    Raises:
        BadQuery: It is none, or one that no card is of.
    """
    try:
        # A plus that was not encoded has become a blank on the way.
        moment = datetime.fromisoformat(text.replace(" ", "+"))
        in_utc = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        # At the ends of the calendar there may be no such moment in UTC.
        raise BadQuery(parameter="changed_since") from None
    if moment.tzinfo is None or moment.year < _FIRST_YEAR:
        raise BadQuery(parameter="changed_since")
    return in_utc


@cache
def _write_document(public_url: str) -> bytes:
    return msgspec.json.encode(build_api_document(public_url))


def _answer(request: PageRequest, content: object, *, status: int = HTTP_200_OK) -> Response[bytes]:
    """JSON with its tag, or the news that the copy of it is the present one."""
    return _answer_body(request, msgspec.json.encode(content), status=status)


def _answer_body(
    request: PageRequest,
    body: bytes,
    *,
    status: int = HTTP_200_OK,
    cache_control: str = "private, no-cache",
) -> Response[bytes]:
    etag = strong_etag(body)
    held = request.headers.get("if-none-match") if request.method == "GET" else None
    is_known = is_held(held, None, etag=etag, changed_at=None)
    return Response(
        b"" if is_known else body,
        status_code=HTTP_304_NOT_MODIFIED if is_known else status,
        media_type="application/json",
        headers={"ETag": etag, "Cache-Control": cache_control},
    )


def _answer_bad(request: PageRequest, refusal: BadAppeal) -> Response[Any]:
    """The problem document with every field that is wrong."""
    answer = answer_refusal(request, refusal)
    words = words_of(request)
    problem = msgspec.json.decode(answer.content)
    problem["errors"] = [
        {"field": each.column, "code": each.code, "detail": explain(each, words.gettext)}
        for each in refusal.reading.mistakes
    ]
    answer.content = msgspec.json.encode(problem)
    return answer


HANDLERS: Final[list[ControllerRouterHandler]] = [
    show_document,
    list_appeals,
    show_appeal,
    send_appeal,
]
