"""From a prompt to the document that Twilio plays."""

from typing import Final

from hotline_sessions.domain.codes import CODE_DIGITS, TAIL_DIGITS
from hotline_sessions.domain.ids import PublicId
from hotline_sessions.domain.menu_prompts import AskOwnCode, AskPhone, AskSmsCode, MenuStep
from hotline_sessions.domain.phone_menu import PHONE_DIGITS
from hotline_sessions.domain.phrases import Speech
from hotline_sessions.domain.prompts import (
    Alone,
    AskCode,
    AskConsent,
    AskOfficial,
    AskOperator,
    AskPresence,
    AskTail,
    EnterAir,
    EnterRoom,
    Goodbye,
    Held,
    Hold,
    Join,
    Menu,
    OfficialMenu,
    Prompt,
    Question,
    Screen,
    Silence,
    Wait,
    Whisper,
)
from hotline_sessions.gateways.twilio import twiml
from hotline_sessions.gateways.twilio.addresses import Addresses, queue_of, room_of, screen_of
from hotline_sessions.gateways.twilio.twiml import Room, Voices
from hotline_sessions.i18n import Catalogues, load_catalogues
from hotline_sessions.services.inbox import Speak
from hotline_sessions.web.webhooks.voice_words import say


MENU_SECONDS: Final = 4
"""How long the official is waited for after the star key; silence leads back to the air."""
SCREEN_SECONDS: Final = 15 * 60
"""A talk with the operator before the air lasts no longer."""


def build_speak(addresses: Addresses, voice: Voices) -> Speak:
    """How this installation speaks to those who call, each in the language of the call."""
    catalogues = load_catalogues()
    return lambda prompt: build_reply(prompt, addresses, voice, catalogues)


def build_reply(prompt: Prompt, addresses: Addresses, voice: Voices, catalogues: Catalogues) -> str:
    """TwiML for ``prompt``."""
    text = say(prompt, catalogues.words("en" if prompt.language == "en" else "uk"))
    match prompt:
        case AskTail(leg=leg, attempt=attempt):
            action = addresses.code(leg, attempt)
            return twiml.ask_number(
                text, digits=TAIL_DIGITS, action=action, language=prompt.language, voice=voice
            )
        case AskCode(leg=leg, attempt=attempt):
            action = addresses.code(leg, attempt)
            return twiml.ask_number(
                text, digits=CODE_DIGITS, action=action, language=prompt.language, voice=voice
            )
        case AskConsent(leg=leg, attempt=attempt):
            action = addresses.consent(leg, attempt)
            return twiml.ask_keys(text, digits=1, action=action, voice=voice)
        case AskPresence(leg=leg, attempt=attempt):
            action = addresses.present(leg, attempt)
            return twiml.ask_keys(text, digits=1, action=action, voice=voice)
        case AskOperator(leg=leg, attempt=attempt):
            action = addresses.operator_confirmed(leg, attempt)
            return twiml.ask_keys(text, digits=1, action=action, voice=voice)
        case OfficialMenu(leg=leg, visit=visit):
            action = addresses.official_menu(leg, visit)
            return twiml.ask_keys(text, digits=1, action=action, voice=voice, seconds=MENU_SECONDS)
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
                stops_listening=prompt.stops_listening,
            )
        case Hold(leg=leg):
            keyed = addresses.waiting_key(leg) if leg else ""
            return twiml.hold(text, keyed=keyed, voice=voice)
        case Join(leg=leg, session=session, turn=turn):
            return twiml.join_as_citizen(
                text,
                room=_room(addresses, session),
                action=addresses.after_air(leg, turn),
                limit_seconds=prompt.limit_seconds,
                voice=voice,
                recording=addresses.recording(leg) if prompt.is_recorded else "",
                transcription=addresses.transcription(leg) if prompt.is_transcribed else "",
            )
        case Screen(leg=leg, session=session, turn=turn):
            return twiml.screen(
                text,
                room=_screen(addresses, session, leg),
                action=addresses.after_screen(leg, turn),
                limit_seconds=SCREEN_SECONDS,
                voice=voice,
            )
        case EnterRoom(leg=leg, session=session, turn=turn, partner=partner):
            room = _screen(addresses, session, partner) if partner else _room(addresses, session)
            return twiml.join_as_operator(
                text,
                room=room,
                action=addresses.operator_left(leg, turn),
                limit_seconds=prompt.limit_seconds,
                is_muted=prompt.is_muted,
                coach=prompt.coach,
                voice=voice,
            )
        case Question(leg=leg, attempt=attempt):
            return twiml.record_question(
                text,
                action=addresses.question_left(leg, attempt),
                progress=addresses.recording(leg),
                limit_seconds=prompt.limit_seconds,
                voice=voice,
                stops_listening=prompt.stops_listening,
            )
        case EnterAir(leg=leg, session=session, visit=visit):
            return twiml.join_as_official(
                text,
                room=_room(addresses, session),
                action=addresses.official_left(leg, visit),
                alone=addresses.official_alone(leg),
                limit_seconds=prompt.limit_seconds,
                voice=voice,
            )
        case Alone(leg=leg):
            return twiml.wait_alone(text, again=addresses.official_alone(leg), voice=voice)
        case Held(leg=leg):
            return twiml.keep_held(text, again=addresses.held(leg), voice=voice)
        case Whisper():
            return twiml.play_into_ear(text, voice=voice)
        case Goodbye():
            return twiml.goodbye(text, voice=voice)
        case MenuStep():
            return build_menu(prompt, text, addresses, voice)
        case Menu(leg=leg, visit=visit):
            return twiml.go_to(addresses.menu(leg, visit))
        case Silence():
            return twiml.silence()


def build_menu(prompt: MenuStep, text: Speech, addresses: Addresses, voice: Voices) -> str:
    """TwiML for a step of services by phone; codes and numbers may be spoken too."""
    action = addresses.menu_step(prompt.dialogue, prompt.number)
    match prompt.ask:
        case AskPhone():
            return twiml.ask_number(
                text, digits=PHONE_DIGITS, action=action, language=prompt.language, voice=voice
            )
        case AskSmsCode() | AskOwnCode():
            return twiml.ask_number(
                text, digits=CODE_DIGITS, action=action, language=prompt.language, voice=voice
            )
        case _:
            return twiml.ask_keys(text, digits=1, action=action, voice=voice)


def _screen(addresses: Addresses, session: PublicId, citizen: PublicId) -> Room:
    return Room(name=screen_of(session, citizen), events_url=addresses.conference(session))


def _room(addresses: Addresses, session: PublicId) -> Room:
    return Room(name=room_of(session), events_url=addresses.conference(session))
