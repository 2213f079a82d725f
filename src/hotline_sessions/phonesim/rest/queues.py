"""Queues and their members."""

from typing import Final

from hotline_sessions.phonesim.errors import BadUrl, TwilioError
from hotline_sessions.phonesim.legs import Goto
from hotline_sessions.phonesim.rest.asking import Ask, Reply
from hotline_sessions.phonesim.rest.views import view_member, view_queue
from hotline_sessions.phonesim.rooms import CallQueue, QueueMember


LARGEST_QUEUE: Final = 5000
DEFAULT_QUEUE: Final = 1000


async def answer_queues(ask: Ask) -> Reply:
    """Answer a request below ``/Queues``."""
    match (ask.method, ask.parts):
        case ("POST", ("Queues",)):
            return _create(ask)
        case ("GET", ("Queues",)):
            queues = ask.simulator.carrier.queues.values()
            return ask.page("queues", [view_queue(ask.account, queue) for queue in queues])
        case (method, ("Queues", sid)):
            return _answer_queue(ask, method, _find(ask, sid))
        case ("GET", ("Queues", sid, "Members")):
            return _list_members(ask, _find(ask, sid))
        case (method, ("Queues", sid, "Members", key)):
            queue = _find(ask, sid)
            return await _answer_member(ask, method, queue, _find_member(ask, queue, key))
        case _:
            raise ask.not_found()


def _create(ask: Ask) -> Reply:
    carrier, name = ask.simulator.carrier, ask.form.get("FriendlyName")
    if not name:
        raise TwilioError(400, 22001, "FriendlyName is required")
    if any(queue.name == name for queue in carrier.queues.values()):
        raise TwilioError(400, 22003, f"A queue with the friendly name {name} already exists")
    size = int(ask.form.number("MaxSize", DEFAULT_QUEUE))
    if not 0 < size <= LARGEST_QUEUE:
        raise TwilioError(400, 22002, "MaxSize is out of range")
    queue = carrier.add_queue(name, size)
    return Reply(status=201, json=view_queue(ask.account, queue))


def _answer_queue(ask: Ask, method: str, queue: CallQueue) -> Reply:
    if method == "DELETE":
        if queue.members:
            raise TwilioError(400, 22004, "The queue is not empty")
        del ask.simulator.carrier.queues[queue.sid]
        return Reply(status=204)
    if method == "POST":
        size = int(ask.form.number("MaxSize", queue.max_size))
        if not 0 < size <= LARGEST_QUEUE:
            raise TwilioError(400, 22002, "MaxSize is out of range")
        queue.max_size, queue.updated_at = size, ask.simulator.clock.now()
        queue.name = ask.form.get("FriendlyName", queue.name)
    return Reply(json=view_queue(ask.account, queue))


def _list_members(ask: Ask, queue: CallQueue) -> Reply:
    now = ask.simulator.clock.now()
    shown = [view_member(ask.account, queue, member, now) for member in queue.members]
    return ask.page("queue_members", shown)


async def _answer_member(ask: Ask, method: str, queue: CallQueue, member: QueueMember) -> Reply:
    """Show a member, or take it out of the queue to another document."""
    reply = Reply(json=view_member(ask.account, queue, member, ask.simulator.clock.now()))
    if method == "POST":
        url = ask.form.url("Url")
        if not url:
            raise BadUrl("")
        goto = Goto(url=url, method=ask.form.get("Method", "POST"))
        await ask.simulator.engine.redirect(member.leg, goto)
    return reply


def _find_member(ask: Ask, queue: CallQueue, key: str) -> QueueMember:
    """Member by call, or the one at the ``Front``."""
    for member in queue.members:
        if key in {"Front", member.leg.sid}:
            return member
    raise ask.not_found()


def _find(ask: Ask, sid: str) -> CallQueue:
    queue = ask.simulator.carrier.queues.get(sid)
    if queue is None:
        raise ask.not_found()
    return queue
