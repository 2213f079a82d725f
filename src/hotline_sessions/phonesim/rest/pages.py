"""Lists in the provider's envelope."""

from typing import Final
from urllib.parse import urlencode

from hotline_sessions.phonesim.rest.forms import Form
from hotline_sessions.phonesim.rest.views import Json


DEFAULT_SIZE: Final = 50
LARGEST_SIZE: Final = 1000


def read_page(query: Form) -> tuple[int, int]:
    """Number of the page asked for, from 0, and its size."""
    size = max(1, min(LARGEST_SIZE, int(query.number("PageSize", DEFAULT_SIZE))))
    return max(0, int(query.number("Page", 0))), size


def paginate(path: str, key: str, shown: list[Json], query: Form, total: int) -> Json:
    """The page ``shown`` of ``total`` items under ``key``, with addresses of its neighbours."""
    page, size = read_page(query)
    start = page * size
    has_more = start + size < total
    return {
        key: shown,
        "page": page,
        "page_size": size,
        "start": start,
        "end": start + max(0, len(shown) - 1),
        "uri": _uri(path, query, page, size),
        "first_page_uri": _uri(path, query, 0, size),
        "previous_page_uri": _uri(path, query, page - 1, size) if page else None,
        "next_page_uri": _uri(path, query, page + 1, size) if has_more else None,
    }


def _uri(path: str, query: Form, page: int, size: int) -> str:
    filters = {name: query.get(name) for name in query.values if name not in {"Page", "PageSize"}}
    return f"{path}?{urlencode(filters | {'PageSize': size, 'Page': page})}"
