"""Texts that are always said alike: each has a key, under which an announcer may record it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from hotline_sessions.domain.phrases import Phrase
from hotline_sessions.i18n import N_, Words
from hotline_sessions.web.webhooks.menu_texts import MENU_TEXTS


CALL_TEXTS: Final = {
    "ask-tail": N_(
        "If you have booked a talk, key in or say the last two digits of your code. "
        "If you have not, press hash or just wait."
    ),
    "ask-code": N_(
        "If you have booked a talk, key in or say the six digits of your code. "
        "If you have not, press hash or just wait."
    ),
    "ask-again": N_(
        "This code does not fit. Try once more, or press zero to wait without a booking."
    ),
    "ask-unclear": N_(
        "We have not understood. Key the code in, or say it digit by digit. "
        "To wait without a booking, press zero."
    ),
    "offer-menu": N_("To book a talk, or to change your booking, press star."),
    "offer-english": N_("For English, press star."),
    "consent": N_(
        "The talk is recorded, so that nothing you say is lost. If you agree, press one. "
        "To talk without a recording, press two."
    ),
    "consent-transcribed": N_(
        "The talk is recorded, and a machine writes it down for the operator. If you agree, "
        "press one. To talk without a recording, press two."
    ),
    "consent-again": N_("Press one if you agree to the recording. Press two if you do not."),
    "presence": N_("We are calling you as agreed. To be connected, press one."),
    "presence-again": N_("To be connected, press one."),
    "wait": N_("You are in the queue. Please stay on the line."),
    "wait-again": N_("We are sorry, please wait a little longer."),
    "hold-soon": N_("We will connect you very soon."),
    "hold-long": N_("Many people are calling: the wait is more than an hour."),
    "hold-keys": N_(
        "To hear your number in the queue again, press one. "
        "For us to call you back instead, press two. To leave your question, press three."
    ),
    "hold-paused": N_(
        "The direct line is paused for a short while. Your place in the queue is kept. "
        "If you hear an air alert, please go to a shelter."
    ),
    "hold-no-official": N_(
        "We are reconnecting the official. Please wait, your place in the queue is kept."
    ),
    "join-again": N_("We are connecting you again."),
    "screen": N_("The operator will speak with you first. Please stay on the line."),
    "question-ask": N_(
        "You can leave your question after the tone. Say your name, where you live, and what "
        "you ask about. When you have finished, press hash or hang up."
    ),
    "question-again": N_("We have heard nothing. Please speak after the tone."),
    "question-closed": N_("The direct line is over for today."),
    "question-cancelled": N_("The direct line has been called off."),
    "question-full": N_("We are sorry, too many people are waiting now."),
    "question-no-official": N_("We are sorry, the official cannot come to the telephone today."),
    "question-paused": N_("The direct line is paused now."),
    "question-failed": N_("We are sorry, the connection failed."),
    "bye-talked": N_("The talk is over. Thank you for calling. Goodbye."),
    "bye-closed": N_("The direct line is over for today. Thank you for calling. Goodbye."),
    "bye-cancelled": N_(
        "The direct line has been called off. The site will tell the new date. Goodbye."
    ),
    "bye-dismissed": N_("Thank you for calling. The operator is ending this call. Goodbye."),
    "bye-replaced": N_("Your place has passed to your new call. Goodbye."),
    "bye-failed": N_("We are sorry, the connection failed. Please call again. Goodbye."),
    "bye-full": N_(
        "We are sorry, too many people are waiting now. Please call again later. Goodbye."
    ),
    "bye-no-official": N_(
        "We are sorry, the official cannot come to the telephone today. "
        "Please call on another day. Goodbye."
    ),
    "bye-paused": N_("The direct line is paused now. Please call again later. Goodbye."),
    "bye-recorded": N_(
        "Thank you. Your question is recorded, the operator will listen to it. Goodbye."
    ),
    "bye-call-back": N_(
        "Thank you. We will call you back when your turn comes. "
        "Please keep the telephone near you. Goodbye."
    ),
    "bye-wished": N_("Thank you for calling. Goodbye."),
    "held": N_(
        "The connection with the official was lost. Please do not hang up: we are restoring it."
    ),
}
"""What citizens hear who call a session."""

STAFF_TEXTS: Final = {
    "official-ask": N_("To talk to citizens, press one."),
    "official-enter": N_("Thank you. You are on the line. The operator will connect the citizens."),
    "official-return": N_("You are going back to the line."),
    "official-alone": N_("Please stay on the line. The operator will connect a citizen."),
    "official-menu": N_(
        "The next citizen: one. Five minutes more: two. To call the operator: three. "
        "To go back: any other key."
    ),
    "operator-ask": N_("The direct line is calling you. To enter as its operator, press one."),
    "operator-screen": N_("You are speaking with the citizen before the air."),
    "operator-coach": N_("Only the official hears you."),
    "operator-listen": N_("You are listening. Nobody hears you."),
    "operator-air": N_("You are on the air."),
    "notice-ending-soon": N_("The time of the talk is ending soon."),
    "notice-time-over": N_("The time of the talk is over. Please come to an end."),
    "notice-official-back": N_("The official is on the line again."),
    "notice-nobody-waits": N_("Nobody is waiting now."),
    "notice-operator-called": N_("The operator has been called."),
    "briefing-unknown": N_("The next citizen has no booking."),
}
"""What officials and operators hear, and what is said into one ear during a talk."""

TEXTS: Final[Mapping[str, str]] = MappingProxyType({**CALL_TEXTS, **STAFF_TEXTS, **MENU_TEXTS})
"""All of them by their keys. A key stays with its text: recorded files are named after it."""


def fixed(key: str, words: Words) -> Phrase:
    """The text with this key, in the language of ``words``."""
    return Phrase(key=key, text=words.gettext(TEXTS[key]), language=words.locale)


def filled(text: str, words: Words) -> Phrase:
    """A text into which names, numbers or times have been filled."""
    return Phrase(text=text, language=words.locale)
