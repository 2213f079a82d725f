"""Counts of the register must add up."""

from hotline_sessions.domain.appeal_figures import Count, Figures, list_faults


def test_a_sort_that_does_not_add_up_is_named() -> None:
    def count(by: str, number: int) -> Count:
        return Count(by=by, code="", count=number, answered=0, late=0)  # type: ignore[arg-type]

    figures = Figures(
        counts=[count("all", 3), count("form", 3), count("kind", 2), count("topic", 3)]
    )

    assert list_faults(figures) == ["kind", "result"]
