"""From a prompt to the document that Twilio plays."""

from hotline_sessions.domain.codes import CODE_DIGITS, TAIL_DIGITS
from hotline_sessions.domain.ids import PublicId
from hotline_sessions.domain.prompts import (
    Alone,
    AskCode,
    AskOfficial,
    AskTail,
    EnterAir,
    Goodbye,
    Hold,
    Join,
    NoSession,
    Prompt,
    Silence,
    Wait,
)
from hotline_sessions.gateways.twilio import twiml
from hotline_sessions.gateways.twilio.addresses import Addresses, queue_of, room_of
from hotline_sessions.gateways.twilio.twiml import Room, Voice
from hotline_sessions.i18n import DEFAULT_LOCALE, Words, load_catalogues
from hotline_sessions.services.inbox import Speak
from hotline_sessions.web.webhooks.voice_words import say


def build_speak(addresses: Addresses, voice: Voice) -> Speak:
    """How this installation speaks to those who call: in Ukrainian."""
    words = load_catalogues().words(DEFAULT_LOCALE)
    return lambda prompt: build_reply(prompt, addresses, voice, words)


def build_reply(prompt: Prompt, addresses: Addresses, voice: Voice, words: Words) -> str:
    """TwiML for ``prompt``."""
    text = say(prompt, words)
    match prompt:
        case AskTail(leg=leg, attempt=attempt):
            action = addresses.code(leg, attempt)
            return twiml.ask_keys(text, digits=TAIL_DIGITS, action=action, voice=voice)
        case AskCode(leg=leg, attempt=attempt):
            action = addresses.code(leg, attempt)
            return twiml.ask_keys(text, digits=CODE_DIGITS, action=action, voice=voice)
        case AskOfficial(leg=leg, attempt=attempt):
            action = addresses.official_confirmed(leg, attempt)
            return twiml.ask_keys(text, digits=1, action=action, voice=voice)
        case Wait(leg=leg, session=session, visit=visit):
            return twiml.wait(
                text,
                queue=queue_of(session),
                hold=addresses.hold(leg),
                action=addresses.left_queue(leg, visit),
                voice=voice,
            )
        case Hold():
            return twiml.hold(text, voice=voice)
        case Join(leg=leg, session=session, turn=turn):
            return twiml.join_as_citizen(
                text,
                room=_room(addresses, session),
                action=addresses.after_air(leg, turn),
                limit_seconds=prompt.limit_seconds,
                voice=voice,
            )
        case EnterAir(leg=leg, session=session, visit=visit):
            return twiml.join_as_official(
                text,
                room=_room(addresses, session),
                action=addresses.official_left(leg, visit),
                alone=addresses.official_alone(),
                limit_seconds=prompt.limit_seconds,
                voice=voice,
            )
        case Alone():
            return twiml.wait_alone(text, again=addresses.official_alone(), voice=voice)
        case Goodbye() | NoSession():
            return twiml.goodbye(text, voice=voice)
        case Silence():
            return twiml.silence()


def _room(addresses: Addresses, session: PublicId) -> Room:
    return Room(name=room_of(session), events_url=addresses.conference(session))
