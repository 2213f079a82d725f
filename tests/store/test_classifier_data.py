import csv
from collections import Counter
from pathlib import Path

from hotline_sessions.domain.classifier import Section
from hotline_sessions.store.classifier_data import load_classifier


REFERENCE = Path(__file__).parents[1] / "data" / "appeal_classifier.csv"


def test_every_row_of_the_reference_is_there() -> None:
    with REFERENCE.open(encoding="utf-8", newline="") as file:
        expected = [(row["section"], row["identifier"]) for row in csv.DictReader(file)]

    assert [(row.section, row.identifier) for row in load_classifier()] == expected


def test_settled_codes_are_those_of_the_reference() -> None:
    with REFERENCE.open(encoding="utf-8", newline="") as file:
        expected = [row["code"] for row in csv.DictReader(file) if not row["code"].endswith("x")]

    assert [row.code for row in load_classifier() if "x" not in row.code] == expected


def test_codes_are_unique_and_every_row_has_both_labels() -> None:
    rows = load_classifier()

    assert max(Counter(row.code for row in rows).values()) == 1
    assert all(row.label_uk and row.label_en for row in rows)
    assert {row.section for row in rows} == set(Section)
    assert not any("'" in row.label_uk for row in rows)
