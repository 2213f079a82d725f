"""Twilio's description of its interface, cut down to what this product asks and is answered.

``tests/data/twilio_api_v2010.subset.json`` holds the operations of ``PATHS`` with all that
they refer to, without the words for people. It comes from the MIT-licensed repository
``twilio/twilio-oai``, commit d50069b of 2026-04-14; the licence lies next to it. To take a
newer one::

    git clone https://github.com/twilio/twilio-oai
    python tests/gateways/twilio/contract/refresh_subset.py \\
        twilio-oai/spec/json/twilio_api_v2010.json COMMIT

and run the tests of this folder: whatever Twilio has changed under our feet fails there.
"""

import json
import sys
from pathlib import Path
from typing import Any, Final


ACCOUNT: Final = "/2010-04-01/Accounts/{AccountSid}"
PATHS: Final = (
    "/2010-04-01/Accounts/{Sid}.json",
    *(
        f"{ACCOUNT}/{path}.json"
        for path in (
            "Applications",
            "Applications/{Sid}",
            "Balance",
            "Calls",
            "Calls/{Sid}",
            "Calls/{CallSid}/Recordings",
            "Calls/{CallSid}/Recordings/{Sid}",
            "Conferences",
            "Conferences/{Sid}",
            "Conferences/{ConferenceSid}/Participants",
            "Conferences/{ConferenceSid}/Participants/{CallSid}",
            "IncomingPhoneNumbers",
            "IncomingPhoneNumbers/{Sid}",
            "Messages",
            "Messages/{Sid}",
            "OutgoingCallerIds",
            "Queues",
            "Queues/{Sid}",
            "Queues/{QueueSid}/Members",
            "Queues/{QueueSid}/Members/{CallSid}",
            "Recordings",
            "Recordings/{Sid}",
        )
    ),
)
SUBSET: Final = Path(__file__).parents[3] / "data" / "twilio_api_v2010.subset.json"
WORDS: Final = frozenset({"headers", "summary", "tags", "x-twilio", "x-path-type", "x-ignore"})
NAMED: Final = frozenset({"properties", "examples"})
"""Where names are Twilio's own."""


def cut_down(whole: dict[str, Any], commit: str) -> dict[str, Any]:
    """The description with ``PATHS`` only, and the schemas that they need."""
    paths = {path: _drop_words(whole["paths"][path]) for path in PATHS}
    schemas: dict[str, Any] = {}
    wanted = _list_references(paths)
    while missing := wanted - schemas.keys():
        for name in missing:
            schemas[name] = _drop_words(whole["components"]["schemas"][name])
        wanted |= _list_references(schemas)
    return {
        "openapi": whole["openapi"],
        "info": {"title": "Twilio API, subset", "version": commit, "license": {"name": "MIT"}},
        "servers": whole["servers"],
        "paths": paths,
        "components": {
            "securitySchemes": whole["components"]["securitySchemes"],
            "schemas": dict(sorted(schemas.items())),
        },
    }


def _drop_words(part: Any) -> Any:  # noqa: ANN401 - any JSON
    """``part`` with empty descriptions, since a response must have one."""
    if isinstance(part, list):
        return [_drop_words(each) for each in part]
    if not isinstance(part, dict):
        return part
    kept = {key: value for key, value in part.items() if key not in WORDS}
    for key, value in kept.items():
        if key in NAMED and isinstance(value, dict):
            kept[key] = {name: _drop_words(each) for name, each in value.items()}
        elif key == "description" and isinstance(value, str):
            kept[key] = ""
        else:
            kept[key] = _drop_words(value)
    return kept


def _list_references(part: Any) -> set[str]:  # noqa: ANN401 - any JSON
    if isinstance(part, list):
        return set().union(*(_list_references(each) for each in part))
    if not isinstance(part, dict):
        return set()
    own = {part["$ref"].rpartition("/")[2]} if isinstance(part.get("$ref"), str) else set()
    return own.union(*(_list_references(each) for each in part.values()))


if __name__ == "__main__":
    source, commit = sys.argv[1:]
    subset = cut_down(json.loads(Path(source).read_bytes()), commit)
    SUBSET.write_text(json.dumps(subset, indent=1, ensure_ascii=False) + "\n")
