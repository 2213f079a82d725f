"""Names of people, as they write them themselves."""

from typing import Final


_PATRONYMICS: Final = ("ович", "йович", "евич", "івич", "івна", "ївна", "ьїч")


def split_name(name: str) -> dict[str, str]:
    """Surname, given name and patronymic, as far as a booked name tells them apart.

    People write them in either order; the patronymic shows which one it is.
    """
    parts = name.split()
    at = next((i for i, part in enumerate(parts) if i and part.endswith(_PATRONYMICS)), None)
    if at is None:
        order = ("given_name",) if len(parts) == 1 else ("surname", "given_name", "patronymic")
        return dict(zip(order, name.split(maxsplit=2), strict=False))
    found = {"given_name": parts[at - 1], "patronymic": parts[at]}
    surname = " ".join(parts[: at - 1] + parts[at + 1 :])
    return found | ({"surname": surname} if surname else {})
