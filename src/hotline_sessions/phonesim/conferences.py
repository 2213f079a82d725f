"""Coming into a conference, leaving it, and what is reported about it."""

from hotline_sessions.phonesim.handsets import SoundKind
from hotline_sessions.phonesim.legs import Goto, StatusCallback
from hotline_sessions.phonesim.rooms import (
    LARGEST_ROOM,
    Announcement,
    Conference,
    NobodyToCoach,
    Participant,
)
from hotline_sessions.phonesim.scene import Scene
from hotline_sessions.phonesim.stage import Stage
from hotline_sessions.phonesim.twiml import Verb


ENOUGH_TO_START = 2


def enter(scene: Scene, noun: Verb) -> tuple[Conference, Participant]:
    """Let the call into the conference ``noun`` describes.

    Raises:
        NotAdmitted: Somebody in the room has that label, it is full, or whom the call is to
            coach is not there.
    """
    carrier = scene.stage.carrier
    participant = Participant(
        scene.leg, label=noun.get("participantLabel"), joined_at=scene.stage.clock.now()
    )
    participant.muted = noun.flag("muted", default=False)
    participant.coaching = noun.get("coach")
    participant.starts_conference = noun.flag("startConferenceOnEnter", default=True)
    participant.ends_conference = noun.flag("endConferenceOnExit", default=False)
    if noun.get("waitUrl"):
        participant.waiting_music = scene.goto(noun.get("waitUrl"), noun.get("waitMethod", "POST"))
    conference = carrier.get_conference(noun.text)
    is_first = not conference.participants
    carrier.admit(conference, participant)
    if is_first:
        conference.max_participants = int(noun.seconds("maxParticipants", LARGEST_ROOM))
        conference.region = noun.get("region") or conference.region
    if is_first and noun.get("statusCallback"):
        conference.callback = StatusCallback(
            url=scene.goto(noun.get("statusCallback")).url,
            method=noun.get("statusCallbackMethod", "POST"),
            events=frozenset(noun.get("statusCallbackEvent", "start end").split()),
        )
    scene.stage.reporter.conference_event(conference, "participant-join", participant)
    if noun.get("beep", "true") in {"true", "onEnter"}:
        for other in conference.participants:
            carrier.sound(other.leg, SoundKind.BEEP, "")
    start_if_ready(scene.stage, conference)
    _stir(conference)
    carrier.hub.changed()
    return conference, participant


def start_if_ready(stage: Stage, conference: Conference) -> None:
    """Begin to mix once two are there and one of them starts the conference."""
    enough = len(conference.participants) >= ENOUGH_TO_START
    if conference.status == "init" and enough:
        if not any(p.starts_conference for p in conference.participants):
            return
        conference.status = "in-progress"
        stage.reporter.conference_event(conference, "conference-start")


def leave(stage: Stage, conference: Conference, participant: Participant, reason: str) -> None:
    """Take a participant out, and end the conference if he was its end or its last."""
    if participant not in conference.participants:
        return
    stage.carrier.dismiss(conference, participant)
    extra = {
        "ReasonParticipantLeft": reason,
        "ParticipantCallStatus": participant.leg.status.value,
    }
    stage.reporter.conference_event(conference, "participant-leave", participant, extra)
    if participant.ends_conference and not participant.hold and conference.is_active:
        for other in list(conference.participants):
            other.leave("moderator_ended_conference")
        conference.reason_ended = "participant-with-end-conference-on-exit-left"
        conference.ended_by = participant.leg.sid
    if not conference.participants and conference.is_active:
        _end(stage, conference, participant)
    _stir(conference)
    stage.carrier.hub.changed()


def end(conference: Conference) -> None:
    """Ask everybody to leave."""
    conference.reason_ended = "conference-ended-via-api"
    for participant in list(conference.participants):
        participant.leave("conference_ended_via_api")


def set_hold(
    stage: Stage, conference: Conference, participant: Participant, *, hold: bool, music: Goto
) -> None:
    """Put a participant on hold with music, or back into the conversation."""
    participant.hold = hold
    participant.hold_music = music
    event = "participant-hold" if hold else "participant-unhold"
    stage.reporter.conference_event(conference, event, participant)
    participant.changed.set()
    stage.carrier.hub.changed()


def set_muted(
    stage: Stage, conference: Conference, participant: Participant, *, muted: bool
) -> None:
    """Make a participant inaudible to the others, or audible again."""
    participant.muted = muted
    event = "participant-mute" if muted else "participant-unmute"
    stage.reporter.conference_event(conference, event, participant)
    stage.carrier.hub.changed()


def set_coaching(
    stage: Stage, conference: Conference, participant: Participant, coached: str
) -> None:
    """Let a participant be heard by ``coached`` only, or by everybody again.

    Raises:
        NobodyToCoach: That call is not in the conference.
    """
    if coached and not any(p.leg.sid == coached for p in conference.participants):
        raise NobodyToCoach
    participant.coaching = coached
    stage.reporter.conference_event(conference, "participant-modify", participant)
    stage.carrier.hub.changed()


def announce(participants: list[Participant], goto: Goto, *, for_all: bool) -> None:
    """Play a document over the conversation, to one participant or to the whole room."""
    announcement = Announcement(goto, len(participants), for_all=for_all)
    for participant in participants:
        participant.announcements.append(announcement)
        participant.changed.set()


def finish_announcement(
    stage: Stage, conference: Conference, participant: Participant, announcement: Announcement
) -> None:
    """Report that an announcement is over, once the last of its listeners has heard it."""
    if announcement.finish():
        about = None if announcement.for_all else participant
        stage.reporter.conference_event(conference, "announcement-end", about)


def _end(stage: Stage, conference: Conference, last: Participant) -> None:
    conference.status = "completed"
    stage.carrier.forget_name(conference)
    conference.reason_ended = conference.reason_ended or "last-participant-left"
    conference.ended_by = conference.ended_by or last.leg.sid
    extra = {
        "ReasonConferenceEnded": conference.reason_ended,
        "CallSidEndingConference": conference.ended_by,
    }
    stage.reporter.conference_event(conference, "conference-end", None, extra)


def _stir(conference: Conference) -> None:
    """Let everybody's music be chosen anew."""
    for participant in conference.participants:
        participant.changed.set()
