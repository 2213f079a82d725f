"""How appeals stand, for civic applications: no persons, no texts, only what is decided public.

Source: Open311 GeoReport v2, the endpoints that read.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final
from xml.etree import ElementTree as ET

import msgspec
from litestar import Response, get
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from hotline_sessions.domain.errors import Invalid, NotFound
from hotline_sessions.domain.times import local_date
from hotline_sessions.services.open_status import OTHER, Asked, list_requests, list_services
from hotline_sessions.web.dependencies import Now, PageRequest
from hotline_sessions.web.limits import check_rate


ROOT: Final = "/open311/v2"
SPAN: Final = timedelta(days=90)
"""How long ago requests are listed where nothing else is asked.

Source: Open311 GeoReport v2, «GET Service Requests».
"""
MOST_NAMES: Final = 100
_STATUSES: Final = {"open": False, "closed": True}

Items = Sequence[Mapping[str, object]]


@get(f"{ROOT}/services.json", include_in_schema=False)
async def list_services_json(request: PageRequest, now: Now) -> Response[bytes]:
    """Topics, as JSON."""
    check_rate(request, "open-status", now)
    return _answer_json(list_services(now))


@get(f"{ROOT}/services.xml", include_in_schema=False)
async def list_services_xml(request: PageRequest, now: Now) -> Response[bytes]:
    """Topics, as XML."""
    check_rate(request, "open-status", now)
    return _answer_xml(list_services(now), "services", "service")


@get(f"{ROOT}/requests.json", include_in_schema=False)
async def list_requests_json(request: PageRequest, now: Now) -> Response[bytes]:
    """How appeals stand, as JSON."""
    return _answer_json(await _list(request, now))


@get(f"{ROOT}/requests.xml", include_in_schema=False)
async def list_requests_xml(request: PageRequest, now: Now) -> Response[bytes]:
    """How appeals stand, as XML."""
    return _answer_xml(await _list(request, now), "service_requests", "request")


@get(f"{ROOT}/requests/{{name:str}}", include_in_schema=False)
async def show_request(request: PageRequest, name: FromPath[str], now: Now) -> Response[bytes]:
    """How one appeal stands; the form is the ending of its name."""
    public_id, _, form = name.rpartition(".")
    answers: dict[str, Callable[[Items], Response[bytes]]] = {
        "json": _answer_json,
        "xml": lambda items: _answer_xml(items, "service_requests", "request"),
    }
    if form not in answers:
        raise NotFound
    check_rate(request, "open-status", now)
    found = await list_requests(Asked(names=[public_id]))
    if not found:
        raise NotFound
    return answers[form](found)


async def _list(request: PageRequest, now: Now) -> Items:
    check_rate(request, "open-status", now)
    query = request.query_params
    names = [name for name in query.get("service_request_id", "").split(",") if name]
    status, code = query.get("status", ""), query.get("service_code")
    if len(names) > MOST_NAMES or status not in {"", *_STATUSES}:
        raise Invalid
    first, last = _read_day(query.get("start_date")), _read_day(query.get("end_date"))
    if first is None and not names:
        first = (last or local_date(now)) - SPAN
    return await list_requests(
        Asked(
            names=names,
            slug=query.get("jurisdiction_id", ""),
            topic="" if code == OTHER else code,
            is_over=_STATUSES.get(status),
            received_from=first,
            received_to=last,
        )
    )


def _read_day(text: str | None) -> date | None:
    if not text:
        return None
    try:
        day = datetime.fromisoformat(text.replace(" ", "+")).date()
    except ValueError:
        raise Invalid from None
    # So that ninety days before it are days too.
    if day - date.min < SPAN:
        raise Invalid
    return day


def _answer_json(items: Items) -> Response[bytes]:
    return Response(msgspec.json.encode(items), media_type="application/json")


def _answer_xml(items: Items, root: str, each: str) -> Response[bytes]:
    tree = ET.Element(root)
    for item in items:
        node = ET.SubElement(tree, each)
        for name, value in item.items():
            text = str(value).lower() if isinstance(value, bool) else value
            ET.SubElement(node, name).text = None if text is None else str(text)
    content = ET.tostring(tree, encoding="utf-8", xml_declaration=True)
    return Response(content, media_type="text/xml; charset=utf-8")


HANDLERS: Final[list[ControllerRouterHandler]] = [
    list_services_json,
    list_services_xml,
    list_requests_json,
    list_requests_xml,
    show_request,
]
