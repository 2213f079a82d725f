"""Texts of services by phone that are always said alike, by their keys."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from hotline_sessions.i18n import N_


MENU_TEXTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "menu-services": N_(
            "To book a talk with an official, press one. "
            "To hear, move or cancel your booking, press two."
        ),
        "menu-question": N_("To leave a question, press three."),
        "menu-english": N_("For English, press nine."),
        "menu-back": N_("To go back, press star."),
        "menu-none-now": N_("No direct line is held now."),
        "menu-sessions": N_("Choose the direct line."),
        "menu-other-number": N_(
            "We will send you a code by SMS. To send it to this number, press one. "
            "To send it to another one, press two."
        ),
        "menu-phone-for-code": N_(
            "We will send you a code by SMS. Key in your mobile number, beginning with zero, "
            "and then hash."
        ),
        "menu-phone-of-booking": N_(
            "Key in the number that you booked with, beginning with zero, and then hash."
        ),
        "menu-sms-code": N_("We have sent you an SMS. Key in the six digits from it."),
        "menu-slots": N_("Choose the time."),
        "menu-more-slots": N_("For other times, press three."),
        "menu-booked": N_("Your talk is booked. Please write down your code."),
        "menu-moved": N_("Your booking is moved. The code stays the same."),
        "menu-sms-too": N_("It has been sent to you by SMS too."),
        "menu-call-back": N_("For us to call you at that time, press one."),
        "menu-then": N_("You may hang up now. To go on, press star."),
        "menu-own-code": N_(
            "Key in the six digits of the code of your booking. "
            "If you booked with another number, press zero."
        ),
        "menu-own-deeds": N_(
            "To move it to another time, press one. To cancel it, press two. "
            "To hear it again, press three."
        ),
        "menu-place": N_("To hear your place on the waiting list, or an offer, press four."),
        "menu-wait": N_(
            "All times are taken, but you can wait for one to fall free: then you get an SMS. "
            "To join the waiting list, press one. "
            "If another day with this official suits you too, press two."
        ),
        "menu-place-deeds": N_(
            "When a time falls free for you, you get an SMS: then call us. "
            "To hear your place again, press one. To leave the list, press two."
        ),
        "menu-offer-answers": N_("To take this time, press one. To let it go, press two."),
        "menu-next-place": N_("For your place on another list, press three."),
        "menu-lot": N_("The times of this direct line are given by lot."),
        "menu-lot-join": N_("To take part in the draw with any time, press one."),
        "menu-lot-name": N_("To name times that suit you best, press three."),
        "menu-lot-which": N_("Which time suits you best?"),
        "menu-lot-only": N_(
            "If any other time suits you, too, press one. If only these do, press two."
        ),
        "menu-lot-add": N_("To name one more time, press three."),
        "menu-lot-in": N_("You take part in the draw. You get the result by SMS."),
        "menu-lot-withdraw": N_("To withdraw from the draw, press two."),
        "menu-sure": N_("To cancel the booking for good, press one. To keep it, press two."),
        "menu-choice-moved": N_("The direct line is moved to another time."),
        "menu-choice-cancelled": N_("This direct line will not be held."),
        "menu-choice-substituted": N_("Another official answers on this direct line."),
        "menu-choice-shortened": N_("This direct line is shortened, and your time falls away."),
        "menu-choice-paused": N_(
            "This direct line was stopped by a pause, and your talk could not be held."
        ),
        "menu-choice-unheard": N_("Your talk could not be held, and that was not your fault."),
        "menu-choice-keep": N_("To keep your time, press one."),
        "menu-choice-appeal": N_(
            "To turn your question into a written appeal in place of the talk, press three."
        ),
        "menu-choice-no-appeal": N_(
            "For a written appeal your name and address are needed: file it on the site."
        ),
        "menu-choice-times": N_("For other times, press one."),
        "menu-choice-give-up": N_("To give the talk up, press zero."),
        "remark-choice-waits": N_(
            "Good day! This is the direct line. Plans have changed for a talk booked with your "
            "number, and we wait for your answer. For other services, press star, then hash."
        ),
        "remark-filed": N_(
            "Your question is registered as a written appeal. "
            "Its number and its code come to you by SMS."
        ),
        "remark-not-understood": N_("This key has no meaning here."),
        "remark-no-sessions": N_("No direct lines with free times are announced now."),
        "remark-no-slots": N_("We are sorry, all times are taken."),
        "remark-slot-taken": N_("We are sorry, this time has just been taken."),
        "remark-already-booked": N_(
            "A talk on this direct line is booked with your number already."
        ),
        "remark-limit-reached": N_("We are sorry, this booking cannot be made by telephone."),
        "remark-bad-number": N_("This is not a Ukrainian mobile number."),
        "remark-too-soon": N_(
            "A code was sent to this number a moment ago. Please try again in a minute."
        ),
        "remark-too-many-codes": N_(
            "Too many codes were sent to this number. Please try again later."
        ),
        "remark-wrong-code": N_("This code does not fit."),
        "remark-code-over": N_("This code is no longer valid. Please begin again."),
        "remark-no-booking": N_("We have found no booking with this number and this code."),
        "remark-locked": N_(
            "Too many wrong codes were keyed in. Please try again tomorrow, "
            "or ask us by the contacts on the site."
        ),
        "remark-booking-over": N_("This booking can no longer be changed."),
        "remark-cancelled": N_("Your booking is cancelled."),
        "remark-call-back": N_("Good: we will call you at that time. Keep the telephone near you."),
        "remark-not-waiting": N_("This number is on no waiting list."),
        "remark-left-list": N_("You are off the waiting list."),
        "remark-offer-over": N_("This time is no longer kept for you."),
        "remark-declined": N_("The time goes to the next one. Your place on the list stays."),
        "remark-not-open": N_("Registration for this direct line is not open now."),
        "remark-withdrawn": N_("You no longer take part in the draw."),
        "remark-kept": N_("Your booking stays as it is."),
        "remark-no-line-day": N_("A question can be left on a day on which a direct line is held."),
    }
)
