"""What must hold when all is over, by the product's books and by the network's."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final

from hotline_sessions.rehearsal.database import Monitor
from hotline_sessions.rehearsal.product import Product
from hotline_sessions.rehearsal.scripts import Citizen
from hotline_sessions.rehearsal.shadows import list_strikes
from hotline_sessions.rehearsal.stage import Prepared
from hotline_sessions.rehearsal.timeline import START
from hotline_sessions.rehearsal.truth import AirView, CallView, Truth


LEFT_LEGS: Final = """
select c.role, c.state, s.topic, count(*) as n from call c join session s on s.id = c.session
 where c.state <> 'ended' group by 1, 2, 3
"""
LEFT_COMMANDS: Final = """
select kind, state, count(*) as n from phone_command
 where state in ('ready', 'sending') group by 1, 2
"""
TALKS_WITHOUT_QUESTION: Final = """
with recursive chain as (
    select c.id as talk, c.id as link, c.resumes from call c
     where c.role = 'citizen' and c.on_air_at is not null
    union all
    select chain.talk, c.id, c.resumes from chain join call c on c.id = chain.resumes
)
select count(*) as n from call t
 where t.role = 'citizen' and t.on_air_at is not null and not exists (
       select 1 from chain join question q on q.call = chain.link where chain.talk = t.id)
"""
BROKEN_CHAINS: Final = """
select event, state_before, before, count(*) as n from (
       select event, state_before, lag(state_after) over (partition by call order by id) as before
         from call_event) as chain
 where before <> state_before group by 1, 2, 3
"""
"""What happened to a leg follows from what happened before, unless two wrote at once."""
CONSENTS: Final = """
select sid, consent, on_air_at is not null as talked from call
 where role = 'citizen' and sid is not null
"""
LOST_SOUNDS: Final = """
select c.sid from recording r join call c on c.id = r.call
 where r.state not in ('kept', 'absent', 'unwanted')
"""
"""Recordings that are not where they should be: copied, or known never to have been."""
OPEN_BOOKINGS: Final = "select count(*) as n from booking where state = 'booked'"
DISTURBANCES: Final = """
select happened_at from session_event where session = $1 and event not in ('open', 'start', 'end',
       'close', 'publish')
"""


async def judge(
    truth: Truth, product: Product, monitor: Monitor, prepared: Sequence[Prepared]
) -> None:
    """Note every violation that shows at the end."""
    for view in truth.calls.values():
        if not view.is_over:
            truth.violate("call-never-ends", view.who)
    for breach in truth.simulator.carrier.find_breaches():
        truth.violate("impossible-network", breach)
    for row in await monitor.fetch(LEFT_LEGS):
        truth.violate("leg-never-ends", f"{row['n']} {row['role']} {row['state']}")
    for row in await monitor.fetch(LEFT_COMMANDS):
        truth.violate("command-left-over", f"{row['n']} {row['kind']} {row['state']}")
    for answer, number in product.mistakes.items():
        truth.violate("webhook-refused", f"{number} x {answer}")
    for row in await monitor.fetch(TALKS_WITHOUT_QUESTION):
        if row["n"]:
            truth.violate("talk-without-question", f"{row['n']} talks")
    for row in await monitor.fetch(BROKEN_CHAINS):
        text = f"{row['event']} from {row['state_before']}, was {row['before']}"
        truth.violate("books-broken", text)
    await _judge_recordings(truth, monitor)
    for each in prepared:
        await _judge_bookings(each, truth, monitor)


async def _judge_recordings(truth: Truth, monitor: Monitor) -> None:
    for row in await monitor.fetch(CONSENTS):
        view = truth.calls.get(row["sid"])
        seats = len(view.seats) if view else 0
        number, who = truth.recorded[row["sid"]], view.who if view else row["sid"]
        if row["consent"] != "yes" and number:
            truth.violate("recorded-without-consent", f"{who}: {number}")
        elif row["consent"] == "yes" and number != seats + truth.turned_away[row["sid"]]:
            truth.violate("consented-not-recorded", f"{who}: {number} of {seats}")
    for recording in truth.simulator.carrier.recordings.values():
        truth.violate("recording-left", truth.call(recording.call_sid).who)
    for row in await monitor.fetch(LOST_SOUNDS):
        truth.violate("recording-lost", truth.call(row["sid"]).who)


async def _judge_bookings(prepared: Prepared, truth: Truth, monitor: Monitor) -> None:
    """Who booked, came in time and waited, was heard in time: where nothing odd happened."""
    script = prepared.script
    air = truth.air(f"s-{prepared.session.public_id}-air")
    if script.operator.deeds or not script.operator.is_automatic:
        return
    odd = [row["happened_at"] for row in await monitor.fetch(DISTURBANCES, prepared.session.id)]
    strikes = await list_strikes(prepared, truth, monitor)
    shadows = [START + timedelta(seconds=at) for at in strikes]
    talk = timedelta(minutes=script.talk_minutes)
    for citizen in script.citizens:
        slot = prepared.slots.get(citizen.name)
        if slot is None or not _is_ordinary(citizen):
            continue
        until = slot + talk + talk / 2
        since = slot - talk * 3
        if any(since <= moment <= until for moment in (*odd, *shadows)):
            continue
        begins, ends = (slot - START).total_seconds(), (until - START).total_seconds()
        if ends > script.starts_after + script.minutes * 60 or not air.had_official(begins, ends):
            continue
        if _overran(air, begins - 3 * talk.total_seconds(), ends, talk.total_seconds()):
            continue
        for view in _list_calls(truth, citizen):
            if view.waited_through(begins, ends):
                truth.violate(
                    "booked-not-heard",
                    f"{citizen.name}: waited {ends - begins:.0f} s past the booked time",
                )


def _is_ordinary(citizen: Citizen) -> bool:
    return not (citizen.is_silent or citizen.wrong_codes or citizen.second_call_after)


def _overran(air: AirView, begins: float, ends: float, talk: float) -> bool:
    """Whether somebody else's talk took longer than planned just then."""
    return any(
        (stay.ends or ends) - stay.begins > talk + 1
        for stay in air.citizen_stays
        if stay.begins < ends and (stay.ends or ends) > begins
    )


def _list_calls(truth: Truth, citizen: Citizen) -> Iterator[CallView]:
    return (view for view in truth.calls.values() if view.who == citizen.name)
