// Runs in the audio thread: what the microphone hears, in pieces of a tenth of a second,
// 16-bit, at the rate of its context; with how loud each piece is (0 to 1).
const PIECE = 1600

class Capture extends AudioWorkletProcessor {
  piece = new Int16Array(PIECE)
  filled = 0
  power = 0

  process (inputs) {
    for (const sample of inputs[0][0] ?? []) {
      this.power += sample * sample
      this.piece[this.filled++] = Math.max(-1, Math.min(1, sample)) * 32767
      if (this.filled === PIECE) this.send()
    }
    return true
  }

  send () {
    const loudness = Math.sqrt(this.power / PIECE)
    this.port.postMessage({ piece: this.piece.buffer, loudness }, [this.piece.buffer])
    this.piece = new Int16Array(PIECE)
    this.filled = 0
    this.power = 0
  }
}

registerProcessor('capture', Capture)
