"""One request of the REST interface and its answer."""

from typing import TypeVar

from msgspec import Struct

from hotline_sessions.phonesim.errors import NotFound
from hotline_sessions.phonesim.rest.forms import Form
from hotline_sessions.phonesim.rest.pages import paginate, read_page
from hotline_sessions.phonesim.rest.views import Json
from hotline_sessions.phonesim.simulator import Simulator


T = TypeVar("T")


class Ask(Struct, frozen=True, kw_only=True):
    """What is asked: method, path below the account in parts, fields, and the world."""

    simulator: Simulator
    method: str
    path: str
    parts: tuple[str, ...]
    form: Form
    query: Form

    @property
    def account(self) -> str:
        """The account's identifier."""
        return self.simulator.config.account_sid

    def not_found(self) -> NotFound:
        """Error for a resource that does not exist."""
        return NotFound(self.path)

    def slice_page(self, items: list[T]) -> list[T]:
        """Those of ``items`` that stand on the page asked for."""
        page, size = read_page(self.query)
        return items[page * size : (page + 1) * size]

    def page(self, key: str, items: list[Json], total: int = -1) -> "Reply":
        """Answer with one page of a list; with ``total``, ``items`` are that page already."""
        if total < 0:
            items, total = self.slice_page(items), len(items)
        return Reply(json=paginate(self.path, key, items, self.query, total))


class Reply(Struct, frozen=True, kw_only=True):
    """Answer: a JSON body, or media."""

    status: int = 200
    json: Json | None = None
    media: bytes | None = None
