"""The jobs of channels: what is announced is posted, and posts are kept true."""

from functools import partial
from typing import Final

from hotline_sessions.jobs.job import Job
from hotline_sessions.services.channel_ports import ChannelPoster
from hotline_sessions.services.channels import note_posts, send_posts
from hotline_sessions.services.ports import Clock


NOTE_SECONDS: Final = 5.0
"""How long after a change of a session its post is to be changed at most."""
SEND_SECONDS: Final = 3.0
"""Between two posts in one channel: twenty a minute, which is as many as Telegram takes."""


def list_channel_jobs(poster: ChannelPoster, clock: Clock, *, public_url: str) -> list[Job]:
    """What a process has to run so that channels are posted to; any number of them may."""
    return [
        Job(
            name="channel-posts",
            work=partial(note_posts, public_url=public_url, clock=clock),
            every=NOTE_SECONDS,
        ),
        Job(
            name="channel-posts-sent",
            work=partial(send_posts, poster, clock=clock),
            every=SEND_SECONDS,
        ),
    ]
