"""Official and post: a person, a position, and who holds which when."""

from datetime import date

from msgspec import Struct

from hotline_sessions.domain.ids import InstitutionId, OfficialId, PostId, PublicId


class Official(Struct, frozen=True, kw_only=True):
    """A person who answers citizens; ``ring_number`` is where a session rings this person."""

    id: OfficialId
    public_id: PublicId
    institution: InstitutionId
    full_name: str
    ring_number: str | None = None
    valid_from: date
    valid_to: date | None = None


class NewPost(Struct, frozen=True, kw_only=True):
    """A post that is being set up; the fields are those of ``Post``."""

    title_uk: str
    title_en: str = ""
    portfolio: str = ""
    body: str = ""
    district: str = ""
    valid_from: date


class Post(Struct, frozen=True, kw_only=True):
    """A position: its title, what it answers for, its council body or district."""

    id: PostId
    public_id: PublicId
    institution: InstitutionId
    title_uk: str
    title_en: str = ""
    portfolio: str = ""
    body: str = ""
    district: str = ""
    valid_from: date
    valid_to: date | None = None

    def title(self, locale: str) -> str:
        """Title in ``locale``; the Ukrainian one where no other is known."""
        return self.title_en if locale == "en" and self.title_en else self.title_uk
