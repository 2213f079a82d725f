"""Reports of sessions as entries of lists of news."""

from datetime import datetime

from hotline_sessions.domain.announcements import Announcement, Filter
from hotline_sessions.domain.calendars import NewsEntry
from hotline_sessions.domain.session_reports import Edition
from hotline_sessions.i18n import Words, format_date_only, format_moment
from hotline_sessions.services.feeds import list_told
from hotline_sessions.web.pages.report_words import view_report


async def list_news(
    wanted: Filter, *, public_url: str, words: Words, now: datetime
) -> list[NewsEntry]:
    """What was published of the sessions of a feed: words, numbers, and the next day."""
    return [
        _build(session, report.edition, report.coming, public_url=public_url, words=words)
        for session, report in await list_told(wanted, now=now)
        if report.edition is not None
    ]


def _build(
    session: Announcement,
    edition: Edition,
    coming: Announcement | None,
    *,
    public_url: str,
    words: Words,
) -> NewsEntry:
    locale = words.locale
    home = f"{public_url}{'/en' if locale == 'en' else ''}/sessions"
    view = view_report(edition.figures, words, locale, on=session.held_on)
    lines = [session.institution_name(locale), edition.words]
    lines += [f"{name}: {number}" for name, number in view.facts]
    for table in view.tables:
        rows = "; ".join(f"{name} – {number}" for name, number in table.rows)
        lines.append(f"{table.title}: {rows}")
    next_url = f"{home}/{coming.public_id}" if coming else ""
    if coming is not None:
        moment = format_moment(coming.starts_at, locale)
        lines.append(words.gettext("Next phone line: %(moment)s", moment=f"{moment}, {next_url}"))
    return NewsEntry(
        uid=f"{session.public_id}-report-{edition.id}@hotline-sessions",
        session=f"{session.public_id}@hotline-sessions",
        stamped_at=edition.approved_at or edition.proposed_at,
        title=words.gettext(
            "What came of it: %(official)s, %(day)s",
            official=session.post_title(locale),
            day=format_date_only(session.held_on, locale),
        ),
        text="\n".join(line for line in lines if line),
        url=f"{home}/{session.public_id}#report",
        next_url=next_url,
        next_at=coming.starts_at if coming else None,
        categories=(session.topic,) if session.topic else (),
    )
