"""Answers that are ready: whole bytes, sent before the application is asked.

A calendar is asked for every hour by each of its subscribers, and has hardly ever changed.
What the application has once made of such an address lies here for some seconds, by the
bytes of the address; who holds the present copy is told so by comparing its tag.

Only what is the same for everybody may lie here.
"""

import gzip
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Final

from msgspec import Struct

from hotline_sessions.gateways.ics import strong_etag


MOST: Final = 64
"""Addresses kept at most, the least used ones are forgotten first: some dozens of megabytes."""
WORTH_PACKING: Final = 400
"""Bytes from which packing is worth it."""

Head = tuple[tuple[bytes, bytes], ...]


class Form(Struct, frozen=True, kw_only=True):
    """One form in which an answer is sent, and its headers without the body's length."""

    etag: str
    body: bytes
    head: Head
    """With ``content-length``: of the answer that carries the body."""
    bare: Head
    """Of the answer that the client's copy is the present one."""
    start: bytes
    """``head`` as it goes over the wire, up to the date."""
    start_bare: bytes


class Ready(Struct, frozen=True, kw_only=True):
    """An answer, as it is and packed."""

    plain: Form
    packed: Form | None
    changed_at: datetime | None

    def choose(self, accepted: str | None) -> Form:
        """The packed form, where the client takes it. Source: RFC 9110, section 12.5.3."""
        return self.packed if self.packed is not None and takes_gzip(accepted) else self.plain

    def is_held(self, tags: str | None, since: str | None) -> bool:
        """Whether the client holds what would be sent, in either form."""
        packed = self.packed is not None and tags is not None
        return is_held(tags, since, etag=self.plain.etag, changed_at=self.changed_at) or (
            packed and is_held(tags, None, etag=_packed_tag(self.plain.etag), changed_at=None)
        )


def build_ready(
    content: bytes,
    *,
    media_type: str,
    cache_control: str,
    changed_at: datetime | None,
    others: Sequence[tuple[bytes, bytes]] = (),
) -> Ready:
    """The answer with ``content`` for everybody who asks; equal content gives equal tags.

    ``others`` are further headers.
    """
    etag = strong_etag(content)
    packed = gzip.compress(content, 6, mtime=0) if len(content) >= WORTH_PACKING else None
    common = [
        (b"cache-control", cache_control.encode()),
        (b"vary", b"Accept-Encoding"),
    ]
    if cache_control.startswith("public"):
        common.append((b"access-control-allow-origin", b"*"))
    if changed_at is not None:
        date = format_datetime(changed_at.astimezone(UTC), usegmt=True)
        common.append((b"last-modified", date.encode()))
    common += others
    kind = (b"content-type", media_type.encode())
    return Ready(
        plain=_form(content, etag, common, [kind]),
        packed=None
        if packed is None
        else _form(
            packed,
            _packed_tag(etag),
            common,
            [kind, (b"content-encoding", b"gzip")],
        ),
        changed_at=changed_at,
    )


def _packed_tag(etag: str) -> str:
    """Strong tags of two forms differ. Source: RFC 9110, section 8.8.3.3."""
    return f'{etag[:-1]}-gz"'


def _form(
    body: bytes,
    etag: str,
    common: Sequence[tuple[bytes, bytes]],
    described: Sequence[tuple[bytes, bytes]],
) -> Form:
    bare = ((b"etag", etag.encode()), *common)
    length = (b"content-length", str(len(body)).encode())
    head = (*bare, *described, length)
    return Form(
        etag=etag,
        body=body,
        head=head,
        bare=bare,
        start=_start(b"200 OK", head),
        start_bare=_start(b"304 Not Modified", bare),
    )


def _start(status: bytes, headers: Head) -> bytes:
    lines = b"".join(b"%b: %b\r\n" % pair for pair in headers)
    return b"HTTP/1.1 %b\r\n%b" % (status, lines)


def takes_gzip(accepted: str | None) -> bool:
    """Whether ``Accept-Encoding`` names gzip, and not with a weight of nothing."""
    for part in (accepted or "").lower().split(","):
        name, _, weight = part.partition(";")
        if name.strip() in {"gzip", "x-gzip"}:
            return weight.replace(" ", "").removeprefix("q=").strip("0.") != "" or not weight
    return False


def is_held(tags: str | None, since: str | None, *, etag: str, changed_at: datetime | None) -> bool:
    """Whether the client holds what would be sent.

    Its tags decide; the date is asked only without them. Source: RFC 9110, 13.1.2, 13.1.3.
    """
    if tags is not None:
        held = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
        return "*" in held or etag in held
    if since is None or changed_at is None:
        return False
    try:
        moment = parsedate_to_datetime(since)
    except ValueError:
        return False
    return moment.tzinfo is not None and changed_at.replace(microsecond=0) <= moment


class ReadyAnswers:
    """What one process keeps ready, by the bytes of the address that was asked for."""

    def __init__(
        self,
        others: Sequence[tuple[bytes, bytes]] = (),
        *,
        most: int = MOST,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.others = others
        """Headers that go with every answer."""
        self._most = most
        self.clock = clock
        self._kept: OrderedDict[bytes, tuple[float, Ready]] = OrderedDict()

    def find(self, target: bytes) -> Ready | None:
        """The answer to the address ``target``, if it is still fresh."""
        found = self._kept.get(target)
        if found is None:
            return None
        until, ready = found
        return ready if self.clock() < until else None

    def recall(self, target: bytes) -> Ready | None:
        """What was last answered to ``target``, fresh or not."""
        found = self._kept.get(target)
        return None if found is None else found[1]

    def keep(self, target: bytes, ready: Ready, *, fresh_for: float) -> None:
        """Answer ``target`` by this for ``fresh_for`` seconds."""
        self._kept[target] = (self.clock() + fresh_for, ready)
        self._kept.move_to_end(target)
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)

    def __len__(self) -> int:
        return len(self._kept)
