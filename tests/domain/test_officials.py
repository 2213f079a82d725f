"""What a post is called."""

from datetime import date

from hotline_sessions.domain.ids import InstitutionId, PostId, PublicId
from hotline_sessions.domain.officials import Post


def post(title_en: str) -> Post:
    return Post(
        id=PostId(1),
        public_id=PublicId("0123456789"),
        institution=InstitutionId(1),
        title_uk="Голова",
        title_en=title_en,
        valid_from=date(2026, 1, 1),
    )


def test_a_post_is_named_in_the_language_of_the_reader() -> None:
    assert post("Head").title("en") == "Head"
    assert post("Head").title("uk") == "Голова"


def test_without_an_english_title_the_ukrainian_one_is_shown() -> None:
    assert post("").title("en") == "Голова"
