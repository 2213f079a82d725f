"""Institution: a body of power that holds sessions, and the settings it may choose."""

from msgspec import Struct

from hotline_sessions.domain.ids import InstitutionId


class NewInstitution(Struct, frozen=True, kw_only=True):
    """An institution that is being set up; the fields are those of ``Institution``."""

    slug: str
    name_uk: str
    name_en: str = ""
    kind: str = ""
    region: str = ""
    time_zone: str = "Europe/Kyiv"
    address: str = ""
    email: str = ""
    contact_phone: str = ""


class Institution(Struct, frozen=True, kw_only=True):
    """A body of power; all data belong to one.

    ``walk_in_percent`` is the share of every session kept for callers without booking,
    ``lobby_minutes`` how long before the start callers are admitted to the queue, and
    ``booking_cutoff_minutes`` how long before a slot booking it ends.
    """

    id: InstitutionId
    slug: str
    name_uk: str
    name_en: str = ""
    kind: str = ""
    region: str = ""
    time_zone: str = "Europe/Kyiv"
    address: str = ""
    email: str = ""
    contact_phone: str = ""
    walk_in_percent: int = 30
    lobby_minutes: int = 5
    booking_cutoff_minutes: int = 30

    def name(self, locale: str) -> str:
        """Name in ``locale``; the Ukrainian one where no other is known."""
        return self.name_en if locale == "en" and self.name_en else self.name_uk
