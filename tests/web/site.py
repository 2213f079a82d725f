"""The web application for tests: real routes on the open database, a clock that stands."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import httpx
from litestar import Litestar
from litestar.datastructures import State
from obstore.store import MemoryStore
from tests.factories import SECRET
from tests.fakes import FrozenClock

from hotline_sessions.gateways.storage import ObjectStorage
from hotline_sessions.web.dependencies import DEPENDENCIES, WebFacts
from hotline_sessions.web.guards import NotSignedIn, lead_to_sign_in
from hotline_sessions.web.routes import list_routes
from hotline_sessions.web.shell import Lifespan, create_web


ADDRESS = "http://127.0.0.1"


class Silence:
    """Hints that never come."""

    async def next_within(self, seconds: float) -> None:
        """Nothing, at once."""


@contextmanager
def watch_nothing(_: str) -> Iterator[Silence]:
    """A bus on which nothing is ever said."""
    yield Silence()


def create_site(
    clock: FrozenClock, *, address: str = ADDRESS, lifespan: Sequence[Lifespan] = ()
) -> Litestar:
    """The application as it is served, on the database that the test has opened."""
    facts = WebFacts(
        clock=clock, secret=SECRET, public_url=address, watch=watch_nothing, sends_mail=True
    )
    return create_web(
        list_routes(),
        public_base_url=address,
        state=State({"facts": facts, "storage": ObjectStorage(MemoryStore)}),
        lifespan=lifespan,
        dependencies=DEPENDENCIES,
        exception_handlers={NotSignedIn: lead_to_sign_in},
    )


def open_client(app: Litestar, *, address: str = ADDRESS) -> httpx.AsyncClient:
    """A browser without scripts: keeps cookies, follows nothing by itself."""
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app, client=("192.0.2.7", 40_000)),  # type: ignore[arg-type]
        base_url=address,
        headers={"Accept": "text/html"},
    )
