import pytest

from hotline_sessions.web.sent_files import shorten_name


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("C:\\Users\\Олена\\графік.xlsx", "графік.xlsx"),
        ("/home/olena/графік.xlsx", "графік.xlsx"),
        ("гра\x00фік\u202e.xlsx", "графік.xlsx"),
        (f"{'а' * 50}.xlsx", f"{'а' * 15}.xlsx"),
        ("тека/", "list"),
        ("\x07 ", "list"),
    ],
)
def test_of_the_name_of_a_file_its_readable_end_is_kept(sent: str, kept: str) -> None:
    assert shorten_name(sent, longest=20, otherwise="list") == kept
