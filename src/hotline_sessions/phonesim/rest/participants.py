"""Participants of a conference: called into it, listed, changed, taken out."""

from typing import Final
from xml.sax.saxutils import escape

from hotline_sessions.phonesim.conferences import (
    announce,
    set_coaching,
    set_hold,
    set_muted,
)
from hotline_sessions.phonesim.legs import Goto
from hotline_sessions.phonesim.rest.asking import Ask, Reply
from hotline_sessions.phonesim.rest.calls import build_call, place, write_attributes
from hotline_sessions.phonesim.rest.views import view_participant
from hotline_sessions.phonesim.rooms import Conference, Participant


ATTRIBUTES: Final = {
    "Label": "participantLabel",
    "Muted": "muted",
    "StartConferenceOnEnter": "startConferenceOnEnter",
    "EndConferenceOnExit": "endConferenceOnExit",
    "Beep": "beep",
    "WaitUrl": "waitUrl",
    "WaitMethod": "waitMethod",
    "MaxParticipants": "maxParticipants",
    "Region": "region",
    "ConferenceStatusCallback": "statusCallback",
    "ConferenceStatusCallbackMethod": "statusCallbackMethod",
}
URLS: Final = ("WaitUrl", "ConferenceStatusCallback")


def answer_participants(ask: Ask, conference: Conference, rest: tuple[str, ...]) -> Reply:
    """Answer a request below ``/Conferences/{sid}/Participants``."""
    match (ask.method, rest):
        case ("GET", ()):
            return _list(ask, conference)
        case ("POST", ()):
            return create_participant(ask, conference.name, conference)
        case (method, (key,)):
            participant = conference.find(key)
            if participant is None or not conference.is_active:
                raise ask.not_found()
            return _answer_one(ask, method, conference, participant)
        case _:
            raise ask.not_found()


def create_participant(ask: Ask, name: str, conference: Conference | None) -> Reply:
    """Call somebody; who answers, be it a machine, is in the conference at once."""
    form = ask.form
    for url in URLS:
        form.url(url)
    attributes = {xml: form.get(field) for field, xml in ATTRIBUTES.items()}
    events = " ".join(form.all("ConferenceStatusCallbackEvent"))
    if form.flag("Coaching"):
        attributes["coach"] = form.get("CallSidToCoach")
    attributes["statusCallbackEvent"] = events
    leg = build_call(ask)
    room = f"<Conference{write_attributes(attributes)}>{escape(name)}</Conference>"
    leg.voice = Goto(url="", text=f"<Response><Dial>{room}</Dial></Response>")
    place(ask, leg)
    waiting = Participant(leg, label=form.get("Label"), joined_at=ask.simulator.clock.now())
    waiting.muted = form.flag("Muted")
    sid = conference.sid if conference else ""
    return Reply(status=201, json=view_participant(ask.account, sid, waiting))


def _list(ask: Ask, conference: Conference) -> Reply:
    query = ask.query
    shown = [
        view_participant(ask.account, conference.sid, p)
        for p in conference.participants
        if (not query.has("Hold") or query.flag("Hold") == p.hold)
        and (not query.has("Muted") or query.flag("Muted") == p.muted)
        and (not query.has("Coaching") or query.flag("Coaching") == bool(p.coaching))
    ]
    return ask.page("participants", shown)


def _answer_one(ask: Ask, method: str, conference: Conference, participant: Participant) -> Reply:
    if method == "DELETE":
        participant.leave("participant_updated_via_api")
        return Reply(status=204)
    if method == "POST":
        _update(ask, conference, participant)
    return Reply(json=view_participant(ask.account, conference.sid, participant))


def _update(ask: Ask, conference: Conference, participant: Participant) -> None:
    """Apply what was sent; ``EndConferenceOnExit`` is silently ignored while on hold."""
    form, stage = ask.form, ask.simulator.stage
    hold_url, announce_url = form.url("HoldUrl"), form.url("AnnounceUrl")
    participant.updated_at = ask.simulator.clock.now()
    if form.has("Coaching") or form.has("CallSidToCoach"):
        coached = form.get("CallSidToCoach") if form.flag("Coaching") else ""
        set_coaching(stage, conference, participant, coached)
    if form.has("EndConferenceOnExit") and not participant.hold:
        participant.ends_conference = form.flag("EndConferenceOnExit")
        stage.reporter.conference_event(conference, "participant-modify", participant)
    if form.has("Muted"):
        set_muted(stage, conference, participant, muted=form.flag("Muted"))
    if form.has("Hold"):
        music = Goto(url=hold_url, method=form.get("HoldMethod", "GET"))
        set_hold(stage, conference, participant, hold=form.flag("Hold"), music=music)
    if announce_url:
        method = form.get("AnnounceMethod", "POST")
        announce([participant], Goto(url=announce_url, method=method), for_all=False)
