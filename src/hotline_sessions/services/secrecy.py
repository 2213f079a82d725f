"""Who sees whose an appeal is that was made with a wish for secrecy."""

from hotline_sessions.domain.access import Right, Staff
from hotline_sessions.domain.appeals import Appeal, hide_author
from hotline_sessions.domain.attachments import PapersHidden


def show_to(staff: Staff, appeal: Appeal) -> Appeal:
    """The appeal as ``staff`` may see it: without its author, if that was asked for.

    Those who deal with appeals see the author. Source: Law 393/96-ВР, art. 10.
    """
    return appeal if may_see_hidden(staff) else hide_author(appeal)


def may_see_hidden(staff: Staff) -> bool:
    """Whether authors who have asked for secrecy are shown to ``staff``."""
    return staff.may(Right.SEE_HIDDEN_AUTHORS)


def check_papers(staff: Staff, appeal: Appeal) -> None:
    """Whether letters and files of the appeal are given out to ``staff``.

    Raises:
        PapersHidden: The author has asked for secrecy, and they would tell who it is.
    """
    if appeal.asks_secrecy and not may_see_hidden(staff):
        raise PapersHidden
