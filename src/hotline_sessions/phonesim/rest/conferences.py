"""Conferences: list, fetch, end, announce; their participants."""

from hotline_sessions.phonesim.conferences import announce, end
from hotline_sessions.phonesim.errors import TwilioError
from hotline_sessions.phonesim.legs import Goto
from hotline_sessions.phonesim.rest.asking import Ask, Reply
from hotline_sessions.phonesim.rest.participants import answer_participants, create_participant
from hotline_sessions.phonesim.rest.views import view_conference
from hotline_sessions.phonesim.rooms import Conference


async def answer_conferences(ask: Ask) -> Reply:
    """Answer a request below ``/Conferences``."""
    match (ask.method, ask.parts):
        case ("GET", ("Conferences",)):
            return _list(ask)
        case ("GET", ("Conferences", sid)):
            return _show(ask, _find(ask, sid))
        case ("POST", ("Conferences", sid)):
            return _update(ask, _find(ask, sid))
        case ("POST", ("Conferences", key, "Participants")):
            return create_participant(ask, *_find_or_name(ask, key))
        case (_, ("Conferences", sid, "Participants", *rest)):
            return answer_participants(ask, _find(ask, sid), tuple(rest))
        case _:
            raise ask.not_found()


def _update(ask: Ask, conference: Conference) -> Reply:
    url = ask.form.url("AnnounceUrl")
    if ask.form.has("Status") and ask.form.get("Status") != "completed":
        raise TwilioError(400, 20001, "Status can only become completed")
    if url:
        goto = Goto(url=url, method=ask.form.get("AnnounceMethod", "POST"))
        announce(conference.participants, goto, for_all=True)
    if ask.form.has("Status"):
        end(conference)
    return _show(ask, conference)


def _list(ask: Ask) -> Reply:
    query = ask.query
    found = [
        conference
        for conference in reversed(ask.simulator.carrier.conferences.values())
        if query.get("FriendlyName", conference.name) == conference.name
        and query.get("Status", conference.status) == conference.status
    ]
    shown = ask.slice_page(found)
    views = [view_conference(ask.account, conference) for conference in shown]
    return ask.page("conferences", views, len(found))


def _show(ask: Ask, conference: Conference) -> Reply:
    return Reply(json=view_conference(ask.account, conference))


def _find(ask: Ask, key: str) -> Conference:
    """Conference by identifier, or the active one of that name."""
    carrier = ask.simulator.carrier
    found = carrier.conferences.get(key) or carrier.find_conference(key)
    if found is None:
        raise ask.not_found()
    return found


def _find_or_name(ask: Ask, key: str) -> tuple[str, Conference | None]:
    """Name of the conference to call into, and it, if there is one already."""
    carrier = ask.simulator.carrier
    found = carrier.conferences.get(key) or carrier.find_conference(key)
    if found is None and key.startswith("CF") and len(key) == len("CF") + 32:
        raise ask.not_found()
    return (found.name, found) if found else (key, None)
