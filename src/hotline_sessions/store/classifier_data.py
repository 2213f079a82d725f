"""The Classifier of appeals as it comes with the package."""

import csv
from datetime import date
from functools import cache
from importlib.resources import files

from hotline_sessions.domain.classifier import ClassifierRow, Section


@cache
def load_classifier() -> tuple[ClassifierRow, ...]:
    """All rows, past and present, in official order; read from the package once."""
    source = files("hotline_sessions") / "domain" / "data" / "appeal_classifier.csv"
    with source.open(encoding="utf-8") as lines:
        return tuple(_parse_row(cells) for cells in csv.DictReader(lines))


def _parse_row(cells: dict[str, str]) -> ClassifierRow:
    return ClassifierRow(
        section=Section(cells["section"]),
        code=cells["code"],
        identifier=cells["identifier"],
        label_uk=cells["label_uk"],
        label_en=cells["label_en"],
        confirmed=cells["confirmed"] == "yes",
        valid_from=date.fromisoformat(cells["valid_from"]),
        valid_to=date.fromisoformat(cells["valid_to"]) if cells["valid_to"] else None,
    )
