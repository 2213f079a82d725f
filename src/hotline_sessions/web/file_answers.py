"""Files that are given out: to be kept, or sheets to be looked at and printed."""

from urllib.parse import quote

from litestar import Response


def answer_file(name: str, media_type: str, content: bytes) -> Response[bytes]:
    """A file under its name; no cache keeps it.

    Source: RFC 6266 §4.3, RFC 8187: the name in UTF-8, and a plain one for old programs.
    """
    ending = name.rpartition(".")[2]
    names = f"filename=\"document.{ending}\"; filename*=UTF-8''{quote(name, safe='')}"
    return Response(
        content,
        media_type=media_type,
        headers={
            "Content-Disposition": f"attachment; {names}",
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
        },
    )


def answer_pdf(name: str, content: bytes) -> Response[bytes]:
    """A sheet that we have printed, to be looked at in the browser; ``name`` is plain ASCII."""
    return Response(
        content,
        media_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )
