// Sound of the simulator's calls: the microphone in pieces, and everybody else on a track of
// his own. 16-bit PCM, one channel.

const RATE = 16000
const DELAY = 0.06 // seconds that a late piece may be late

export class Sound {
  constructor (script, onPiece) {
    this.script = script
    this.onPiece = onPiece
    this.ends = new Map()
    this.output = 0
  }

  async open (stream) {
    this.context ??= new AudioContext({ sampleRate: RATE })
    await this.context.resume()
    this.loading ??= this.context.audioWorklet.addModule(this.script)
    await this.loading
    this.unplug()
    this.source = this.context.createMediaStreamSource(stream)
    this.capture = new AudioWorkletNode(this.context, 'capture', { numberOfOutputs: 0 })
    this.capture.port.onmessage = event => this.onPiece(event.data.piece, event.data.loudness)
    this.source.connect(this.capture)
  }

  async useSpeaker (deviceId) {
    await this.context?.setSinkId?.(deviceId)
  }

  play (speaker, piece) {
    if (!this.context || piece.length === 0) return
    const buffer = this.context.createBuffer(1, piece.length, RATE)
    const samples = buffer.getChannelData(0)
    let power = 0
    for (let at = 0; at < piece.length; at++) {
      samples[at] = piece[at] / 32768
      power += samples[at] * samples[at]
    }
    this.output = Math.max(this.output, Math.sqrt(power / piece.length))
    const track = this.context.createBufferSource()
    track.buffer = buffer
    track.connect(this.context.destination)
    const starts = Math.max(this.ends.get(speaker) ?? 0, this.context.currentTime + DELAY)
    track.start(starts)
    this.ends.set(speaker, starts + buffer.duration)
  }

  // Loudest that was heard since the last look.
  takeOutput () {
    const loudest = this.output
    this.output = 0
    return loudest
  }

  unplug () {
    this.source?.disconnect()
    this.capture?.port.close()
    this.source = this.capture = undefined
  }

  close () {
    this.unplug()
    this.context?.close()
    this.context = this.loading = undefined
    this.ends.clear()
  }
}
