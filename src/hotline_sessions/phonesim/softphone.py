"""Telephones in browsers: one WebSocket per page, ``/sim/v1/softphone/{identity}``.

It stands where the provider's own browser library would talk to the provider. Text
frames are JSON objects with a ``type``; binary frames are sound.

Opening
-------
``ws://127.0.0.1:{port}/sim/v1/softphone/{identity}``: ``identity`` is the name without
``client:`` (letters, digits, ``_``, ``-``, ``.``). Only pages of this machine get in: the
``Origin`` has to be a loopback host. Several pages may be open with one identity: all of
them ring, the first to accept has the call, and only it sends and gets sound.

From the page
-------------
``{"type": "register", "token": "…"}``
    From now on calls to ``client:{identity}`` ring here. ``token`` is an access token (a
    JWT with a voice grant); it may be left out unless the simulator was given a secret to
    check it with. Answer: ``registered`` or ``error``.
``{"type": "unregister"}``
    Calls ring here no more; a call that is on goes on. Answer: ``unregistered``.
``{"type": "connect", "params": {"leg": "…"}, "application_sid": "AP…"}``
    Call the application: its voice URL is requested with ``From=client:{identity}``, an
    empty ``To`` (unless ``params`` has one), ``ApplicationSid`` and every one of ``params``.
    Without ``application_sid`` it is the one of the token, or the only one there is. Works
    without ``register``. Answer: ``outgoing``, then ``accepted``; or ``error``.
``{"type": "accept"}``, ``{"type": "reject"}``
    Take or decline the call that rings. Answers: ``accepted``, or ``disconnected``.
``{"type": "disconnect"}``
    Hang up, also while an outgoing call is not yet accepted. Answer: ``disconnected``.
``{"type": "digits", "digits": "12#"}``
    Press keys during a call. Answer: ``digits`` with ``heard``.
``{"type": "mute", "muted": true}``
    Stop or start to send one's own sound; sound that arrives meanwhile is dropped.
    Answer: ``muted``. It is not the mute of the conference, which is the product's.
``{"type": "say", "text": "…", "language": "uk-UA"}``
    Words spoken, for people and tests without a microphone; the others in the room get
    ``peer-says``, and a gather that listens for speech gets them as its result.
``{"type": "ping"}``
    Answer: ``pong``.

A page has at most one call at a time, so none of these names it; ``call_sid`` may be
added and is then compared: a message about another call than the present one is refused
with ``error`` 31000 ``wrong-call``.

To the page
-----------
``{"type": "hello", "identity": "official-x", "rate": 16000, "busy": false}``
    First of all, once.
``{"type": "registered"}``, ``{"type": "unregistered"}``
    See above.
``{"type": "incoming", "call_sid", "from", "to", "params": {…}}``
    It rings. ``params`` are those after ``?`` in ``client:official-x?leg=1``, or the
    ``<Parameter>`` elements of a ``<Client>``.
``{"type": "cancelled", "call_sid"}``
    It rings no more: the caller gave up, or another page has accepted.
``{"type": "outgoing", "call_sid"}``
    The call asked for with ``connect`` is on its way.
``{"type": "accepted", "call_sid", "direction": "incoming" | "outgoing"}``
    The call is on; sound may be sent. As with the real provider this means that the
    provider has answered, not that anybody is there.
``{"type": "disconnected", "call_sid", "outcome"}``
    The call is over; ``outcome`` is the provider's status: ``completed``, ``busy``,
    ``failed``, ``no-answer`` or ``canceled``.
``{"type": "says", "call_sid", "text", "language", "seconds"}``
    The product speaks (``<Say>``); the page may speak it aloud or show it. What was being
    said before is broken off.
``{"type": "plays", "call_sid", "url", "seconds"}``
    The product plays a file; ``url`` is empty for the provider's own music.
``{"type": "tone", "call_sid", "digits"}``
    A beep (``digits`` empty), or tones of keys.
``{"type": "peer-says", "call_sid", "from", "label", "name", "text", "language"}``
    Somebody in the room said words. ``from`` is the speaker's call, ``label`` his label in
    the conference (may be empty), ``name`` the owner of his telephone.
``{"type": "room", "call_sid", "state", "company": [{"call_sid", "label", "name"}]}``
    Where the call is, after every change: ``connected`` (to the product only),
    ``waiting`` (in a queue), ``lobby`` (alone in a room), ``on-air``, ``held``; and who
    else is there.
``{"type": "digits", "heard": true}``, ``{"type": "muted", "muted": true}``, ``{"type": "pong"}``
    Answers.
``{"type": "warning", "name": "media-lost" | "media-back"}``
    A fault: no sound comes or goes although the call is on; or does again.
``{"type": "error", "code": 20101, "message": "…", "reason": "token"}``
    ``reason`` is stable: ``token`` (20101), ``token-expired`` (20104), ``busy`` (31486),
    ``not-ringing``, ``no-call``, ``wrong-call``, ``no-application``, ``no-such-number``,
    ``message`` (31000).

Sound
-----
To the simulator: a binary frame is a piece of one's own sound, 16-bit signed
little-endian PCM, one channel, 16,000 samples a second, at most 64 kB (100 ms are 3,200
bytes and a good size). It is dropped while no call is on or the page is muted.

To the page: a binary frame is 34 bytes ASCII, the speaker's ``CallSid``, and then his
piece as he sent it (34 is even: ``new Int16Array(frame.slice(34))`` works). It reaches
everybody who would hear him: those in the same conference unless he or they are on hold,
he is muted there, or he only coaches somebody else; or the other end of a ``<Dial>``.
Nothing is mixed: pieces of several speakers arrive one after the other and are to be
played on tracks of their own, by ``CallSid``.

Leaving
-------
A page that closes its socket (codes 1000 and 1001, which browsers send on reload too)
hangs up at once. A socket that breaks otherwise leaves the call on without sound for ten
seconds; a page that opens again with the same identity within them gets
``{"type": "accepted", "resumed": true, …}`` and goes on.
"""

import asyncio
import contextlib
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
from litestar import WebSocket, websocket
from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.exceptions import NotAuthorizedException, WebSocketDisconnect
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath

from hotline_sessions.phonesim.config import SimConfig
from hotline_sessions.phonesim.handsets import CLIENT
from hotline_sessions.phonesim.loopback import is_loopback
from hotline_sessions.phonesim.sessions import SoftphoneSession
from hotline_sessions.phonesim.simulator import Simulator


IDENTITY: Final = re.compile(r"[A-Za-z0-9_.\-]{1,121}")
CLEAN_CLOSES: Final = frozenset({1000, 1001})
GONE: Final = 4000
LARGEST_PIECE: Final = 65_536


def require_local_page(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Let in only pages and programs of this machine.

    Raises:
        NotAuthorizedException: The connection comes from elsewhere.
    """
    origin = connection.headers.get("origin", "")
    client = connection.client
    is_near = client is None or is_loopback(client.host)
    if not is_near or (origin and not is_loopback(urlsplit(origin).hostname or "")):
        raise NotAuthorizedException(detail="not from this machine")


@websocket("/sim/v1/softphone/{identity:str}", guards=[require_local_page])
async def serve_softphone(
    socket: WebSocket[Any, Any, State], state: State, identity: FromPath[str]
) -> None:
    """One page with its telephone."""
    simulator: Simulator = state.simulator
    await socket.accept()
    if not IDENTITY.fullmatch(identity):
        await socket.close(code=GONE, reason="identity")
        return
    card = SimConfig(name=identity, number=CLIENT + identity)
    session = SoftphoneSession(simulator, simulator.carrier.add_handset(card), identity)
    session.open()
    writing = asyncio.create_task(_write(socket, session))
    watching = asyncio.create_task(session.watch())
    code = GONE
    try:
        code = await _read(socket, session)
    finally:
        for task in (writing, watching):
            task.cancel()
        await asyncio.gather(writing, watching, return_exceptions=True)
        await session.close(is_clean=code in CLEAN_CLOSES)


async def _read(socket: WebSocket[Any, Any, State], session: SoftphoneSession) -> int:
    """Do what the page asks until it is gone; the code of its leaving."""
    while True:
        message: Mapping[str, Any] = await socket.receive()
        if message["type"] == "websocket.disconnect":
            return int(message.get("code") or GONE)
        if piece := message.get("bytes"):
            if len(piece) <= LARGEST_PIECE:
                session.send_piece(bytes(piece))
        elif text := message.get("text"):
            await session.obey(text)


async def _write(socket: WebSocket[Any, Any, State], session: SoftphoneSession) -> None:
    """Send what there is to tell, in order, until the page is gone or made to vanish."""
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):
        while True:
            item = await session.next_message()
            if item is None:
                await socket.close(code=GONE, reason="vanished")
                return
            if isinstance(item, bytes):
                await socket.send_data(item, mode="binary")
            else:
                await socket.send_data(msgspec.json.encode(item).decode())
