"""Complaints of the provider, and the webhooks it has sent about a call."""

from hotline_sessions.phonesim.records import Notification
from hotline_sessions.phonesim.rest.asking import Ask, Reply
from hotline_sessions.phonesim.rest.views import Json, view_notification


async def answer_notifications(ask: Ask) -> Reply:
    """Answer a request below ``/Notifications``."""
    match (ask.method, ask.parts):
        case ("GET", ("Notifications",)):
            return list_notifications(ask, "")
        case ("GET", ("Notifications", sid)):
            return show_notification(ask, sid)
        case _:
            raise ask.not_found()


def list_notifications(ask: Ask, call_sid: str) -> Reply:
    """Complaints about one call, or all of them."""
    shown = [view_notification(ask.account, one) for one in _find(ask, call_sid)]
    return ask.page("notifications", shown)


def show_notification(ask: Ask, sid: str) -> Reply:
    """One complaint."""
    for notification in ask.simulator.carrier.notifications:
        if notification.sid == sid:
            return Reply(json=view_notification(ask.account, notification))
    raise ask.not_found()


def list_events(ask: Ask, call_sid: str) -> Reply:
    """Webhooks sent about a call with their answers, as far as they are kept."""
    shown: list[Json] = []
    for event in ask.simulator.trace.events:
        facts = event.facts
        if event.kind != "webhook" or ("CallSid", call_sid) not in facts["fields"]:
            continue
        request = {
            "url": facts["url"],
            "method": facts["method"],
            "parameters": dict(facts["fields"]),
        }
        response = {"response_code": facts["status"], "response_body": facts["answer"]}
        shown.append({"request": request, "response": response})
    return ask.page("events", shown)


def _find(ask: Ask, call_sid: str) -> list[Notification]:
    kept = reversed(ask.simulator.carrier.notifications)
    return [one for one in kept if not call_sid or one.call_sid == call_sid]
