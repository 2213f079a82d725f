// The two sounds of the browser's telephone: what rings, and the click of a key. Made here, so
// that nothing has to be fetched and nobody's licence is needed. 8-bit PCM, 8,000 a second.

const RATE = 8000
const TONE = 425 // hertz: the tone of telephones in Ukraine

function wave (seconds, loudness, total = seconds) {
  const samples = Buffer.alloc(Math.round(total * RATE), 128)
  for (let at = 0; at < seconds * RATE; at++) {
    samples[at] = 128 + Math.round(127 * loudness * Math.sin(2 * Math.PI * TONE * at / RATE))
  }
  return samples
}

function wav (samples) {
  const head = Buffer.alloc(44)
  head.write('RIFF', 0)
  head.writeUInt32LE(36 + samples.length, 4)
  head.write('WAVEfmt ', 8)
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20)
  head.writeUInt16LE(1, 22)
  head.writeUInt32LE(RATE, 24)
  head.writeUInt32LE(RATE, 28)
  head.writeUInt16LE(1, 32)
  head.writeUInt16LE(8, 34)
  head.write('data', 36)
  head.writeUInt32LE(samples.length, 40)
  return Buffer.concat([head, samples])
}

export const SOUNDS = {
  'ring.wav': wav(wave(1, 0.4, 4)),
  'key.wav': wav(wave(0.06, 0.15))
}
