"""Sites that may show our pages inside theirs."""

import pytest

from hotline_sessions.domain.publications import MOST_SITES, BadSite
from hotline_sessions.domain.sites import name_ancestors, read_sites


def test_sites_come_in_the_form_that_browsers_compare_and_once() -> None:
    text = "rivne.gov.ua\n https://Rivne.gov.ua/ \n\nhttps://*.rada.example\nhttp://сайт.укр:8080"

    sites = read_sites(text)

    assert sites == [
        "https://rivne.gov.ua",
        "https://*.rada.example",
        "http://xn--80aswg.xn--j1amh:8080",
    ]
    assert name_ancestors(sites) == " ".join(sites)
    assert name_ancestors([]) == "*"


@pytest.mark.parametrize(
    "line",
    [
        "https://a.example/page",
        "https://a.example; script-src *",
        "https://a.example https://b.example",
        "javascript://a",
        "https://'self'",
        "*",
        "https://" + "a" * 300,
        "https://..укр",
    ],
)
def test_what_is_no_site_never_gets_into_a_header(line: str) -> None:
    with pytest.raises(BadSite) as refused:
        read_sites(f"https://good.example\n{line}")

    assert refused.value.facts == {"line": 2}


def test_there_are_not_more_than_the_header_can_bear() -> None:
    with pytest.raises(BadSite):
        read_sites("\n".join(f"https://s{number}.example" for number in range(MOST_SITES + 1)))
