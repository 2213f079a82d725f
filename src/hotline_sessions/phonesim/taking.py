"""Taking down what is said: recordings of calls, and their real-time transcriptions."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Final

from hotline_sessions.phonesim.carrier import Carrier
from hotline_sessions.phonesim.clock import Clock, Tasks
from hotline_sessions.phonesim.config import PhonesimConfig
from hotline_sessions.phonesim.handsets import SoundKind
from hotline_sessions.phonesim.legs import Leg
from hotline_sessions.phonesim.records import Recording, Transcription
from hotline_sessions.phonesim.reporter import Reporter


INBOUND: Final = "inbound_track"
OUTBOUND: Final = "outbound_track"
BOTH: Final = "both_tracks"
ENDED_STATES: Final = frozenset({"processing", "completed", "absent", "stopped"})


class Taker:
    """Recordings and transcriptions that run, by call."""

    def __init__(
        self,
        config: PhonesimConfig,
        clock: Clock,
        tasks: Tasks,
        carrier: Carrier,
        reporter: Reporter,
    ) -> None:
        self._config = config
        self._clock = clock
        self._tasks = tasks
        self._carrier = carrier
        self._reporter = reporter
        self._recordings: defaultdict[str, list[Recording]] = defaultdict(list)
        self._transcriptions: defaultdict[str, list[Transcription]] = defaultdict(list)
        carrier.listens = self.listen

    def take(self, leg: Leg, text: str) -> None:
        """Take down what the person at the telephone says."""
        for recording in self._recordings.get(leg.sid, ()):
            if recording.is_running and recording.track != "outbound":
                recording.words.append(text)
        self._transcribe(leg, text, INBOUND)

    def listen(self, leg: Leg, kind: SoundKind, text: str) -> None:
        """Take down what he hears."""
        if kind not in {SoundKind.SAY, SoundKind.PEER}:
            return
        if kind is SoundKind.SAY or self._config.switches.dual_channel_hears_room:
            for recording in self._recordings.get(leg.sid, ()):
                if recording.is_running and recording.track != "inbound":
                    recording.heard.append(text)
        if kind is SoundKind.PEER or self._config.switches.prompts_are_transcribed:
            self._transcribe(leg, text, OUTBOUND)

    def begin(
        self,
        leg: Leg,
        source: str,
        *,
        channels: int = 1,
        track: str = "both",
        url: str = "",
        method: str = "POST",
        events: frozenset[str] = frozenset({"completed"}),
    ) -> Recording:
        """Begin to record a call; it ends with the call at the latest."""
        now = self._clock.now()
        recording = Recording(
            sid=self._carrier.sid("RE"),
            call_sid=leg.sid,
            started_at=now,
            source=source,
            track=track,
            channels=channels,
            callback_url=url,
            callback_method=method,
            callback_events=events,
            running_since=now,
        )
        self._carrier.recordings[recording.sid] = recording
        self._recordings[leg.sid].append(recording)
        leg.on_end.append(lambda: self.finish(leg, recording))
        self._report(leg, recording)
        return recording

    def pause(self, recording: Recording, *, keeps_silence: bool) -> None:
        """Let a recording rest; ``keeps_silence`` leaves silence in its place."""
        self._measure(recording)
        recording.keeps_pauses = keeps_silence
        recording.status = "paused"
        recording.running_since = self._clock.now() if keeps_silence else None

    def resume(self, recording: Recording) -> None:
        """Let a recording go on."""
        self._measure(recording)
        recording.status = "in-progress"
        recording.running_since = self._clock.now()

    def finish(self, leg: Leg, recording: Recording, *, silent: str = "") -> None:
        """End a recording; it is ready a little later. ``silent`` is what one without words is."""
        if recording.status in ENDED_STATES:
            return
        self._measure(recording)
        recording.running_since = None
        recording.seconds = int(recording.length)
        recording.status = "processing"
        if recording in self._recordings[leg.sid]:
            self._recordings[leg.sid].remove(recording)
        is_silent = not (recording.words or recording.heard)
        status = (silent or self._config.switches.silent_recording) if is_silent else "completed"
        self._tasks.spawn(self._complete(leg, recording, status))

    def current(self, leg: Leg) -> Recording | None:
        """Latest recording of the call that has not ended."""
        return next(reversed(self._recordings.get(leg.sid, [])), None)

    def transcribe(self, leg: Leg, attributes: Mapping[str, str], url: str) -> Transcription:
        """Begin a transcription; it ends with the call at the latest."""
        labels = {
            INBOUND: attributes.get("inboundTrackLabel", ""),
            OUTBOUND: attributes.get("outboundTrackLabel", ""),
        }
        transcription = Transcription(
            sid=self._carrier.sid("GT"),
            call_sid=leg.sid,
            name=attributes.get("name", ""),
            url=url,
            method=attributes.get("statusCallbackMethod", "POST"),
            language=attributes.get("languageCode", "en-US"),
            engine=attributes.get("transcriptionEngine", "google"),
            track=attributes.get("track", BOTH),
            labels=labels,
            partial_results=attributes.get("partialResults", "false") == "true",
        )
        self._carrier.transcriptions[transcription.sid] = transcription
        self._transcriptions[leg.sid].append(transcription)
        leg.on_end.append(lambda: self.end_transcription(leg, transcription))
        self._reporter.transcription_event(leg, transcription, "transcription-started")
        return transcription

    def find_transcription(self, leg: Leg, name: str) -> Transcription | None:
        """Running transcription of a call by its name, or its only one."""
        running = self._transcriptions.get(leg.sid, [])
        return next((one for one in running if name in {one.name, one.sid, ""}), None)

    def end_transcription(self, leg: Leg, transcription: Transcription) -> None:
        """End a transcription, if it runs."""
        if not transcription.is_running:
            return
        transcription.is_running = False
        self._transcriptions[leg.sid].remove(transcription)
        self._reporter.transcription_event(leg, transcription, "transcription-stopped")

    def _transcribe(self, leg: Leg, text: str, track: str) -> None:
        for one in self._transcriptions.get(leg.sid, ()):
            if one.track not in {track, BOTH}:
                continue
            if one.partial_results:
                half = text[: len(text) // 2]
                self._reporter.transcription_content(leg, one, half, track, final=False)
            self._reporter.transcription_content(leg, one, text, track, final=True)

    def _measure(self, recording: Recording) -> None:
        if recording.running_since is not None:
            span = self._clock.now() - recording.running_since
            recording.length += span.total_seconds()

    async def _complete(self, leg: Leg, recording: Recording, status: str) -> None:
        await self._clock.sleep(self._config.switches.recording_delay)
        recording.status = status
        self._report(leg, recording)

    def _report(self, leg: Leg, recording: Recording) -> None:
        is_wanted = recording.callback_url and recording.status in recording.callback_events
        if is_wanted and recording.sid in self._carrier.recordings:
            self._reporter.recording_event(leg, recording)
