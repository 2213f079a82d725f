"""QR codes: an address that a telephone reads from a screen or from paper."""

from io import BytesIO

import segno


def build_qr(text: str) -> str:
    """``text`` as a picture, for the ``src`` of an image. Source: ISO/IEC 18004."""
    return segno.make(text, error="m", micro=False).svg_data_uri(scale=4, border=4)


def draw_qr(text: str) -> str:
    """The same as SVG, to be printed at any size."""
    stream = BytesIO()
    segno.make(text, error="m", micro=False).save(stream, kind="svg", border=4, xmldecl=False)
    return stream.getvalue().decode()
