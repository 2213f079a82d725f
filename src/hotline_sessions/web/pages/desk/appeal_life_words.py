"""Words for the life of an appeal."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from hotline_sessions.domain.appeal_life import ReturnGround, StopGround
from hotline_sessions.domain.appeal_links import LinkKind
from hotline_sessions.domain.appeals import AppealState
from hotline_sessions.i18n import N_


STEPS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "appeal_registered": N_("Registered"),
        "appeal_filed": N_("Registered"),
        "appeal_repeated": N_("Registered: the author disagrees with an earlier answer"),
        "appeal_disputed": N_("The author disagreed with the answer"),
        "appeal_rated": N_("The answer was rated"),
        "appeal_data_given": N_("The author has taken a copy of the data"),
        "appeal_corrected": N_("The card was corrected"),
        "appeal_commented": N_("A comment for colleagues"),
        "appeal_imported": N_("Registered: sent by another body"),
        "appeal_entered_from_paper": N_("Registered: entered from a card on paper"),
        "appeal_question_added": N_("A question was added"),
        "appeal_complained_of": N_("It was noted who is complained of"),
        "appeal_linked": N_("Linked to an earlier appeal"),
        "appeal_unlinked": N_("A link to an earlier appeal was undone"),
        "appeal_found_unrelated": N_("An alike appeal was found to be another matter"),
        "appeal_assigned": N_("Given to an executor"),
        "appeal_started": N_("Work began"),
        "appeal_extended": N_("The term was extended"),
        "appeal_drafted": N_("A reply was drafted"),
        "appeal_given_back": N_("The draft was given back"),
        "appeal_checked": N_("The reply was checked"),
        "appeal_signed": N_("The reply was signed"),
        "appeal_sent": N_("The reply was sent"),
        "appeal_told": N_("The reply was told orally"),
        "appeal_answered": N_("Answered"),
        "appeal_closed": N_("Closed"),
        "appeal_returned": N_("Returned with explanations"),
        "appeal_forwarded": N_("Sent to the competent body"),
        "appeal_stopped": N_("Consideration was stopped"),
        "appeal_letter_issued": N_("A letter got its outgoing number"),
        "appeal_paper_attached": N_("A file was attached"),
        "appeal_paper_removed": N_("A file was removed"),
        "deadline_recounted": N_("The last day was counted again"),
        "appeal_wishes_changed": N_("The author chose what to be told of"),
        "appeal_address_proven": N_("The author named another address for messages"),
        "appeal_promised": N_("A promise about it was noted"),
    }
)
"""Steps as the card of staff and the page of the author call them."""

STATES: Final[Mapping[str, str]] = MappingProxyType(
    {
        AppealState.REGISTERED: N_("waits for a resolution"),
        AppealState.ASSIGNED: N_("given to an executor"),
        AppealState.IN_PROGRESS: N_("in progress"),
        AppealState.DRAFTED: N_("waits for a check"),
        AppealState.CHECKED: N_("waits for a signature"),
        AppealState.SIGNED: N_("signed, to be sent"),
        AppealState.ANSWERED: N_("answered"),
        AppealState.CLOSED: N_("closed"),
        AppealState.RETURNED: N_("returned"),
        AppealState.FORWARDED: N_("forwarded"),
        AppealState.STOPPED: N_("not considered"),
    }
)
"""States as lists and their filter call them."""

PUBLIC: Final = frozenset(
    {
        "appeal_assigned",
        "appeal_extended",
        "appeal_sent",
        "appeal_told",
        "appeal_answered",
        "appeal_closed",
        "appeal_returned",
        "appeal_forwarded",
        "appeal_stopped",
        "appeal_address_proven",
        "appeal_disputed",
        "appeal_data_given",
    }
)
"""Steps after registration that concern the author; the others are work within.

Who reads here that somebody has named another address, or taken the data, knows if it was not
the author.
"""

RETURN_GROUNDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        ReturnGround.PARTICULARS: N_("Name, residence or substance is missing (article 5)"),
        ReturnGround.MISSING_DATA: N_("Data needed for a decision are missing (article 7)"),
    }
)
STOP_GROUNDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        StopGround.ANONYMOUS: N_("Anonymous: no residence, no signature, author unknown"),
        StopGround.REPEATED: N_("Repeated: the same matter has been decided"),
        StopGround.OUT_OF_TIME: N_("A complaint filed out of time (article 17)"),
        StopGround.INCAPABLE: N_("The author has been found legally incapable"),
    }
)
LINK_KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        LinkKind.REPEATED: N_("repeated"),
        LinkKind.DUPLICATE: N_("duplicate"),
        LinkKind.MASS: N_("one of many alike"),
        LinkKind.UNRELATED: N_("another matter"),
    }
)
LINK_VERBS: Final[Mapping[str, str]] = MappingProxyType(
    {
        LinkKind.REPEATED: N_("It repeats this one"),
        LinkKind.DUPLICATE: N_("It doubles this one"),
        LinkKind.MASS: N_("One of many that ask the same"),
        LinkKind.UNRELATED: N_("Another matter"),
    }
)
"""What a clerk presses beside an alike appeal."""
