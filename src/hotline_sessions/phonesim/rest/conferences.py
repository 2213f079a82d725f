"""Conferences and their participants."""

from hotline_sessions.phonesim.conferences import announce, end, set_hold, set_muted
from hotline_sessions.phonesim.errors import TwilioError
from hotline_sessions.phonesim.legs import Goto
from hotline_sessions.phonesim.rest.asking import Ask, Reply
from hotline_sessions.phonesim.rest.views import view_conference, view_participant
from hotline_sessions.phonesim.rooms import Conference, Participant


async def answer_conferences(ask: Ask) -> Reply:
    """Answer a request below ``/Conferences``."""
    match (ask.method, ask.parts):
        case ("GET", ("Conferences",)):
            return _list(ask)
        case ("GET", ("Conferences", sid)):
            return _show(ask, _find(ask, sid))
        case ("POST", ("Conferences", sid)):
            return _update(ask, _find(ask, sid))
        case ("GET", ("Conferences", sid, "Participants")):
            return _list_participants(ask, _find(ask, sid))
        case (method, ("Conferences", sid, "Participants", key)):
            conference = _find(ask, sid)
            participant = conference.find(key)
            if participant is None or not conference.is_active:
                raise ask.not_found()
            return _answer_participant(ask, method, conference, participant)
        case _:
            raise ask.not_found()


def _answer_participant(
    ask: Ask, method: str, conference: Conference, participant: Participant
) -> Reply:
    if method == "DELETE":
        participant.leave("participant_updated_via_api")
        return Reply(status=204)
    if method == "POST":
        _update_participant(ask, conference, participant)
    return Reply(json=view_participant(ask.account, conference, participant))


def _update_participant(ask: Ask, conference: Conference, participant: Participant) -> None:
    """Apply what was sent; ``EndConferenceOnExit`` is silently ignored while on hold."""
    form, stage = ask.form, ask.simulator.stage
    if form.has("EndConferenceOnExit") and not participant.hold:
        participant.ends_conference = form.flag("EndConferenceOnExit")
    if form.has("Coaching"):
        participant.coaching = form.get("CallSidToCoach") if form.flag("Coaching") else ""
        stage.reporter.conference_event(conference, "participant-modify", participant)
    if form.has("Muted"):
        set_muted(stage, conference, participant, muted=form.flag("Muted"))
    if form.has("Hold"):
        music = Goto(url=form.url("HoldUrl"), method=form.get("HoldMethod", "GET"))
        set_hold(stage, conference, participant, hold=form.flag("Hold"), music=music)
    if form.url("AnnounceUrl"):
        method = form.get("AnnounceMethod", "POST")
        announce(participant, Goto(url=form.url("AnnounceUrl"), method=method))


def _update(ask: Ask, conference: Conference) -> Reply:
    if ask.form.url("AnnounceUrl"):
        goto = Goto(url=ask.form.url("AnnounceUrl"), method=ask.form.get("AnnounceMethod", "POST"))
        for participant in conference.participants:
            announce(participant, goto)
    if ask.form.has("Status"):
        if ask.form.get("Status") != "completed":
            raise TwilioError(400, 20001, "Status can only become completed")
        end(conference)
    return _show(ask, conference)


def _list(ask: Ask) -> Reply:
    query = ask.query
    found = [
        view_conference(ask.account, conference)
        for conference in reversed(ask.simulator.carrier.conferences.values())
        if query.get("FriendlyName", conference.name) == conference.name
        and query.get("Status", conference.status) == conference.status
    ]
    return ask.page("conferences", found)


def _list_participants(ask: Ask, conference: Conference) -> Reply:
    query = ask.query
    shown = [
        view_participant(ask.account, conference, p)
        for p in conference.participants
        if (not query.has("Hold") or query.flag("Hold") == p.hold)
        and (not query.has("Muted") or query.flag("Muted") == p.muted)
    ]
    return ask.page("participants", shown)


def _show(ask: Ask, conference: Conference) -> Reply:
    return Reply(json=view_conference(ask.account, conference))


def _find(ask: Ask, key: str) -> Conference:
    """Conference by identifier, or the active one of that name."""
    carrier = ask.simulator.carrier
    if found := carrier.conferences.get(key):
        return found
    for conference in carrier.conferences.values():
        if conference.name == key and conference.is_active:
            return conference
    raise ask.not_found()
