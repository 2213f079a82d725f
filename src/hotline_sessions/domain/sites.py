"""Sites on which sessions may be shown inside other pages."""

import re
from collections.abc import Sequence
from typing import Final

from hotline_sessions.domain.publications import MOST_SITES, BadSite


LONGEST_SITE: Final = 200
_SITE: Final = re.compile(
    r"https?://(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*(:\d{1,5})?"
)


def read_sites(text: str) -> list[str]:
    """Origins, one a line, in the form that browsers compare; without copies.

    Source: W3C Content Security Policy Level 3, 6.4.2 (frame-ancestors).

    Raises:
        BadSite: A line is none, or there are too many.
    """
    sites: dict[str, None] = {}
    for line, written in enumerate(text.splitlines(), start=1):
        site = _clean(written)
        if not site:
            continue
        if len(site) > LONGEST_SITE or not _SITE.fullmatch(site) or len(sites) >= MOST_SITES:
            raise BadSite(line=line)
        sites[site] = None
    return list(sites)


def name_ancestors(sites: Sequence[str]) -> str:
    """Who may show our page inside its own; everybody where no site is named."""
    return " ".join(sites) or "*"


def _clean(written: str) -> str:
    site = written.strip().lower().rstrip("/")
    if site and "://" not in site:
        site = f"https://{site}"
    scheme, _, rest = site.partition("://")
    if rest.isascii():
        return site
    host, colon, port = rest.partition(":")
    try:
        return f"{scheme}://{host.encode('idna').decode()}{colon}{port}"
    except UnicodeError:
        return site
