"""Tell document systems of steps: the history of cards is the outbox, read in its order.

A step is written in the transaction that makes it, so nothing is told that was not done, and
nothing that was done is not told. An address may hear of a step twice: it knows it by its name.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol

import structlog
from msgspec import Struct

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.network import NetworkError
from hotline_sessions.domain.systems import Event, check_hook_url, name_event, plan_next
from hotline_sessions.services.hook_messages import build_headers, build_secret, write_body
from hotline_sessions.services.ports import Clock
from hotline_sessions.services.together import do_all
from hotline_sessions.store.audit import add_entry
from hotline_sessions.store.cards import list_changes
from hotline_sessions.store.hooks import (
    DueDelivery,
    Hook,
    NewDelivery,
    PastDelivery,
    add_deliveries,
    add_hook,
    delete_hook,
    erase_deliveries,
    get_hook,
    list_deliveries,
    list_hooks,
    lock_lagging_hook,
    mark_going,
    mark_stopped,
    mark_told,
    mark_untold,
    take_due_deliveries,
)
from hotline_sessions.store.transaction import transaction


log = structlog.get_logger()

BATCH: Final = 20
STEPS: Final = 200
"""Steps that are noted for one address in one transaction."""
LEASE: Final = timedelta(minutes=1)
"""Longer than any address is waited for."""
KEPT: Final = timedelta(days=90)
"""How long it is kept what was told."""
MOST_SHOWN: Final = 100

_TAKEN: Final = range(200, 300)
_GONE: Final = 410
"""By which an address says that it wants nothing more."""


class HookSender(Protocol):
    """Hands a message to an address; raises a ``NetworkError`` and nothing else."""

    async def send(self, url: str, headers: dict[str, str], body: bytes) -> int:
        """Post ``body``; the answer is the status of the address."""
        ...


class MadeHook(Struct, frozen=True, kw_only=True):
    """An address, and the secret by which it knows that we speak."""

    public_id: str
    secret: str


class Told(Struct, frozen=True, kw_only=True):
    """An address, and what it was told lately."""

    hook: Hook
    secret: str
    deliveries: Sequence[PastDelivery]


async def make_hook(
    url: str,
    events: Sequence[Event],
    *,
    staff: Staff,
    secret: bytes,
    may_be_private: bool,
    now: datetime,
) -> MadeHook:
    """A new address; it is told of what is done from now on.

    Raises:
        BadHookUrl: It cannot be told.
    """
    check_hook_url(url, may_be_private=may_be_private)
    async with transaction():
        made, public_id = await add_hook(
            url, events, institution=staff.institution, account=staff.account, now=now
        )
        await _note("hook_made", made, staff=staff, now=now)
    return MadeHook(public_id=public_id, secret=build_secret(public_id, secret))


async def list_for_staff(*, staff: Staff) -> list[Hook]:
    """Addresses of the institution of ``staff``."""
    return await list_hooks(institution=staff.institution)


async def show_told(public_id: str, *, staff: Staff, secret: bytes) -> Told:
    """An address, and what it was told lately.

    Raises:
        NotFound: The institution has no such address.
    """
    hook = await get_hook(public_id, institution=staff.institution)
    return Told(
        hook=hook,
        secret=build_secret(hook.public_id, secret),
        deliveries=await list_deliveries(hook.id, limit=MOST_SHOWN),
    )


async def change_hook(public_id: str, deed: str, *, staff: Staff, now: datetime) -> None:
    """Stop telling an address, go on, or forget it: ``stop``, ``start``, ``remove``.

    Raises:
        NotFound: The institution has no such address.
    """
    async with transaction():
        hook = await get_hook(public_id, institution=staff.institution)
        if deed == "stop":
            await mark_stopped(hook.id, "staff", now)
        elif deed == "start":
            await mark_going(hook.id, now)
        else:
            await delete_hook(hook.id)
        await _note(f"hook_{deed}", hook.id, staff=staff, now=now)


async def note_deliveries(*, clock: Clock) -> int:
    """Note for one address the steps that it has not been told of; how many were looked at."""
    async with transaction():
        hook = await lock_lagging_hook()
        if hook is None:
            return 0
        changes = await list_changes(hook.place, institution=hook.institution, limit=STEPS)
        named = [(each, name_event(each.action)) for each in changes]
        wanted = [
            NewDelivery(place=each.place, appeal=each.appeal, event=event, done_at=each.done_at)
            for each, event in named
            if event is not None and event in hook.events
        ]
        await add_deliveries(hook, wanted, place=changes[-1].place, now=clock.now())
    return len(changes)


async def tell_systems(sender: HookSender, *, secret: bytes, public_url: str, clock: Clock) -> int:
    """Tell what is due; how much it was."""
    now = clock.now()
    due = await take_due_deliveries(now, lease_until=now + LEASE, limit=BATCH)
    await do_all(
        _tell(each, sender, secret=secret, public_url=public_url, clock=clock) for each in due
    )
    return len(due)


async def forget_told(*, clock: Clock) -> int:
    """Forget what was told long ago; how much it was."""
    return await erase_deliveries(ended_before=clock.now() - KEPT)


async def _tell(
    delivery: DueDelivery, sender: HookSender, *, secret: bytes, public_url: str, clock: Clock
) -> None:
    body = write_body(delivery, public_url=public_url)
    headers = build_headers(delivery, body, secret=secret, now=clock.now())
    status, error = None, ""
    try:
        status = await sender.send(delivery.url, headers, body)
    except NetworkError as failure:
        error = type(failure).__name__
    now = clock.now()
    if status is not None and status in _TAKEN:
        await mark_told(delivery.id, status=status, now=now)
        return
    due_at = None if status == _GONE else plan_next(delivery.attempts, now)
    async with transaction():
        await mark_untold(delivery.id, status=status, error=error, due_at=due_at, now=now)
        if due_at is None:
            reason = "gone" if status == _GONE else "failing"
            if await mark_stopped(delivery.hook, reason, now):
                log.error("hook_stopped", hook_id=delivery.hook, reason=reason)


async def _note(action: str, hook: int, *, staff: Staff, now: datetime) -> None:
    await add_entry(
        action, "hook", hook, institution=staff.institution, account=staff.account, now=now
    )
