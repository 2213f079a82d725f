import re

import pytest
from jinja2 import UndefinedError
from litestar import Litestar
from litestar.testing import TestClient

from hotline_sessions.web.assets import read_manifest
from hotline_sessions.web.locale import localized, plain_path
from hotline_sessions.web.templating import load_environments


Client = TestClient[Litestar]


@pytest.mark.parametrize(
    ("path", "language", "other", "other_name"),
    [
        ("/sample?topic=%D0%B3%D0%B0%D0%B7&a=1", "uk", "/en/sample", "English"),
        ("/en/sample?topic=%D0%B3%D0%B0%D0%B7&a=1", "en", "/sample", "Українська"),
    ],
)
def test_the_other_language_keeps_the_page_and_its_filters(
    client: Client, path: str, language: str, other: str, other_name: str
) -> None:
    text = client.get(path).text
    link = re.search(
        r'<a class="hs-masthead__language"\s+href="([^"]*)"\s+lang="(..)"[^>]*>(.*?)<', text
    )

    assert f'<html lang="{language}"' in text
    assert link is not None
    assert link[1] == f"{other}?topic=%D0%B3%D0%B0%D0%B7&amp;a=1"
    assert link[2] != language
    assert link[3] == other_name


@pytest.mark.parametrize("path", ["/", "/s/abc", "/english", "/staff/sessions"])
def test_an_address_survives_the_way_to_english_and_back(path: str) -> None:
    assert plain_path(path) == path
    assert plain_path(localized(path, "en")) == path
    assert localized(localized(path, "uk"), "uk") == path


def test_counted_things_have_the_right_form_in_each_language(client: Client) -> None:
    assert "5 вільних місць" in client.get("/sample").text
    assert "5 free slots" in client.get("/en/sample").text


def test_a_name_that_a_page_does_not_have_is_our_mistake() -> None:
    environment = load_environments()["uk"]

    with pytest.raises(UndefinedError):
        environment.from_string("{% if nothing %}{% endif %}").render()
    with pytest.raises(UndefinedError):
        environment.from_string("{{ nothing }}").render()


def test_no_page_has_code_or_looks_inside_it(client: Client) -> None:
    for path in ("/sample", "/staff/sample", "/accessibility", "/privacy", "/nothing"):
        text = client.get(path).text

        assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=", text), path


@pytest.mark.parametrize("path", ["/accessibility", "/privacy", "/en/accessibility", "/en/privacy"])
def test_the_statements_can_be_read(client: Client, path: str) -> None:
    answer = client.get(path)

    assert answer.status_code == 200
    assert "2026" in answer.text


def test_built_files_are_kept_for_a_year_and_are_what_the_manifest_says(client: Client) -> None:
    for asset in read_manifest().values():
        answer = client.get(f"/assets/{asset.file}")

        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
