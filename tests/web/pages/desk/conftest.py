"""A desk to test: the staff pages on a real database, and browsers that are signed in."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from litestar import Litestar
from litestar.datastructures import State
from msgspec import Struct
from obstore.store import MemoryStore
from tests.factories import NOW, PASSWORD, SECRET, make_institution, make_staff
from tests.fakes import FrozenClock

from hotline_sessions.domain.access import Role, Staff
from hotline_sessions.domain.institutions import Institution
from hotline_sessions.gateways.storage import ObjectStorage
from hotline_sessions.services.accounts import sign_in
from hotline_sessions.store.bus import Hint
from hotline_sessions.web.dependencies import DEPENDENCIES, WebFacts
from hotline_sessions.web.guards import SIGN_IN_COOKIE, NotSignedIn, lead_to_sign_in
from hotline_sessions.web.locale import both_languages
from hotline_sessions.web.routes import STAFF
from hotline_sessions.web.security import csrf_token
from hotline_sessions.web.shell import create_web


BASE = "https://lines.example"


class Hints:
    def __init__(self, *hints: Struct | None) -> None:
        self._hints = list(hints)

    async def next_within(self, _: float) -> Struct | None:
        return self._hints.pop(0)


@contextmanager
def watch(topic: str) -> Iterator[Hints]:
    yield Hints(Hint(topic, "other"), None, Hint(topic, "mine"), Hint(topic))


class Browser:
    """A signed-in browser: its forms carry the token of the sign-in."""

    def __init__(self, app: Litestar, staff: Staff, token: str) -> None:
        self.staff = staff
        self.csrf = csrf_token(token, SECRET.hex())
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app),  # type: ignore[arg-type]
            base_url=BASE,
            headers={"accept": "text/html"},
            cookies={SIGN_IN_COOKIE: token},
        )

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.client.get(path, headers=headers)

    async def post(
        self,
        path: str,
        headers: Any = None,  # noqa: ANN401 - so that fields can be spread beside it
        **fields: Any,  # noqa: ANN401 - texts, numbers, lists of them
    ) -> httpx.Response:
        data = {"csrf_token": self.csrf, **fields}
        return await self.client.post(path, data=data, headers=headers)

    async def upload(self, content: bytes, name: str, year: str = "2026") -> httpx.Response:
        return await self.client.post(
            "/staff/import",
            data={"csrf_token": self.csrf, "year": year},
            files={"file": (name, content)},
        )


class Office:
    """An institution, its pages, and those who work there."""

    def __init__(self, home: Institution, clock: FrozenClock) -> None:
        self.home = home
        self.clock = clock
        facts = WebFacts(clock=clock, secret=SECRET, public_url=BASE, watch=watch)
        self.app = create_web(
            both_languages(STAFF),
            public_base_url=BASE,
            state=State({"facts": facts, "storage": ObjectStorage(MemoryStore)}),
            dependencies=DEPENDENCIES,
            exception_handlers={NotSignedIn: lead_to_sign_in},
        )

    async def enter(self, *roles: Role, home: Institution | None = None) -> Browser:
        institution = (home or self.home).id
        staff = await make_staff(institution=institution, roles=frozenset(roles or set(Role)))
        token = await sign_in(staff.login, PASSWORD, secret=SECRET, now=self.clock.now())
        return Browser(self.app, staff, token)

    def stranger(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app),  # type: ignore[arg-type]
            base_url=BASE,
            headers={"accept": "text/html"},
        )


@pytest.fixture
async def office(database: str) -> Office:
    return Office(await make_institution(), FrozenClock(NOW))
