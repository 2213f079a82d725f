"""Whether the application lives, and whether it can serve: for load balancers and the demo."""

from litestar import Response, get

from hotline_sessions.services.health import is_database_ready


@get("/healthz", sync_to_thread=False, opt={"public": True})
def show_health() -> Response[str]:
    """The process answers."""
    return Response("ok", media_type="text/plain")


@get("/readyz", opt={"public": True})
async def show_readiness() -> Response[str]:
    """The database answers too; 503 while it does not."""
    ready = await is_database_ready()
    return Response(
        "ready" if ready else "the database does not answer",
        status_code=200 if ready else 503,
        media_type="text/plain",
    )


HANDLERS = (show_health, show_readiness)
