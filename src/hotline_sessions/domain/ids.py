"""One type per identifier, so that two of them cannot be mixed up.

Numbers are keys of rows and stay inside; whatever a person sees in an address is a
``PublicId``: random, without meaning, impossible to count.
"""

from typing import NewType


AccountId = NewType("AccountId", int)
AppealId = NewType("AppealId", int)
BookingId = NewType("BookingId", int)
CallBackId = NewType("CallBackId", int)
CallId = NewType("CallId", int)
InstitutionId = NewType("InstitutionId", int)
LineId = NewType("LineId", int)
OfficialId = NewType("OfficialId", int)
PostId = NewType("PostId", int)
QuestionId = NewType("QuestionId", int)
RecordingId = NewType("RecordingId", int)
SeriesId = NewType("SeriesId", int)
SessionId = NewType("SessionId", int)
SlotId = NewType("SlotId", int)
WaitingEntryId = NewType("WaitingEntryId", int)

PublicId = NewType("PublicId", str)
"""Ten characters of Crockford's alphabet in lower case, drawn at random."""

CallSid = NewType("CallSid", str)
"""Twilio's name of a call: ``CA`` and 32 hexadecimal digits."""
