"""One request of the REST interface and its answer."""

from msgspec import Struct

from hotline_sessions.phonesim.errors import NotFound
from hotline_sessions.phonesim.rest.forms import Form
from hotline_sessions.phonesim.rest.pages import paginate
from hotline_sessions.phonesim.rest.views import Json
from hotline_sessions.phonesim.simulator import Simulator


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

    def page(self, key: str, items: list[Json]) -> "Reply":
        """Answer with one page of a list."""
        return Reply(json=paginate(self.path, key, items, self.query))


class Reply(Struct, frozen=True, kw_only=True):
    """Answer: a JSON body, or media."""

    status: int = 200
    json: Json | None = None
    media: bytes | None = None
