"""A document being played to one call, and where the call is meanwhile."""

import asyncio
from collections.abc import Callable
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from hotline_sessions.phonesim.handsets import SoundKind
from hotline_sessions.phonesim.legs import CallStatus, Goto, Leg
from hotline_sessions.phonesim.stage import Stage, absolute
from hotline_sessions.phonesim.twiml import Verb


class Place(StrEnum):
    """Where a document is played; it decides which verbs are allowed."""

    CALL = "call"
    QUEUE = "queue"
    CONFERENCE = "conference"


class LeaveQueue(Exception):
    """``<Leave>``: the caller leaves the queue and goes on with the action."""


class Rejected(Exception):
    """``<Reject>``: the call ends before it is answered."""


class Performer(Protocol):
    """Plays documents, from an address on, until they end."""

    async def __call__(self, scene: "Scene", goto: Goto) -> None:
        """Play what is at ``goto`` and whatever it leads to."""
        ...


class Calls(Protocol):
    """What documents do with calls."""

    def answer(self, leg: Leg) -> None:
        """Answer a call that rings."""
        ...

    def new_child(self, parent: Leg, from_: str, to: str) -> Leg:
        """A call that ``<Dial>`` places for another one."""
        ...

    def place_child(self, leg: Leg, whisper: Goto | None) -> asyncio.Future[bool]:
        """Ring for it; resolved once somebody can be talked to, or nobody will."""
        ...

    async def cut(self, leg: Leg, status: CallStatus) -> None:
        """End a call."""
        ...


class Scene(Struct, eq=False, kw_only=True):
    """One run of documents on a call; ``standing`` gives extra parameters for each request."""

    stage: Stage
    leg: Leg
    perform: Performer
    calls: Calls
    place: Place = Place.CALL
    url: str = ""
    following: Verb | None = None
    standing: Callable[[], dict[str, str]] | None = None

    def goto(self, url: str, method: str = "POST", extra: dict[str, str] | None = None) -> Goto:
        """Next document: ``url`` as seen from the present one, with standing parameters."""
        standing = self.standing() if self.standing else {}
        return Goto(
            url=absolute(self.url, url), method=method or "POST", extra=standing | (extra or {})
        )

    def action(self, verb: Verb, extra: dict[str, str]) -> Goto | None:
        """Where the verb's ``action`` leads, if it has one."""
        url = verb.get("action")
        return self.goto(url, verb.get("method", "POST"), extra) if url else None

    def phantom(self, verb: Verb, extra: dict[str, str]) -> None:
        """Request the verb's action, or the redirect right after it, and ignore the answer."""
        goto = self.action(verb, extra)
        if goto is None and self.following is not None and self.following.name == "Redirect":
            goto = self.goto(self.following.text, self.following.get("method", "POST"))
        if goto is not None:
            self.stage.request_in_vain(self.leg, goto)

    def hear(
        self, kind: SoundKind, text: str, language: str = "uk-UA", seconds: float = 0.0
    ) -> None:
        """Let the person at the telephone hear something."""
        self.stage.carrier.sound(self.leg, kind, text, language=language, seconds=seconds)

    def inside(self, place: Place, standing: Callable[[], dict[str, str]] | None = None) -> "Scene":
        """Scene for music or waiting content of the same call."""
        return Scene(
            stage=self.stage,
            leg=self.leg,
            perform=self.perform,
            calls=self.calls,
            place=place,
            url=self.url,
            standing=standing,
        )
