"""What the form of an appeal begins with when a talk is on: whatever the booking tells."""

from hotline_sessions.domain.names import split_name
from hotline_sessions.domain.phones import PhoneNumber, display
from hotline_sessions.services.talks import Talk
from hotline_sessions.web.forms import FormView
from hotline_sessions.web.pages.desk.card_forms import (
    fill,
    list_author_values,
    list_first_values,
)


def fill_appeal(talk: Talk, *, machine: str = "") -> FormView:
    """The form as it is first shown: what the booking tells is filled in.

    A second appeal of the same call starts with the author of the first one; without a
    question of the booking's, what a machine has heard is what there is to start with.
    """
    caller = talk.caller
    values = list_first_values() | {
        "phone": display(PhoneNumber(caller.phone)) if caller.phone else ""
    }
    if talk.appeals:
        values |= list_author_values(talk.appeals[0])
    else:
        values |= split_name(caller.name) | {
            "residence": caller.community,
            "question": caller.question or machine,
        }
    return fill(values)
