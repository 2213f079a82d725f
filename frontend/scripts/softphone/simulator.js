// Adapter for the phone simulator: one WebSocket, JSON for signals and binary for sound.

import { Softphone, SoftphoneError } from './interface.js'
import { closeMicrophone, openMicrophone } from './microphone.js'
import { Sound } from './sound.js'

const HEAD = 34 // bytes of the speaker's name before his sound
const PATIENCE = 5000
const AGAIN = 1000

export class SimulatorSoftphone extends Softphone {
  constructor ({ captureScript }) {
    super()
    this.sound = new Sound(captureScript, (piece, loudness) => this.send(piece, loudness))
    this.isMuted = false
    this.spoken = 0
  }

  async start (pass) {
    this.pass = pass
    this.wanted = true
    this.enter('starting')
    this.stream ??= await openMicrophone(this.microphone)
    await this.sound.open(this.stream)
    await this.open()
  }

  open () {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(this.pass.address)
      socket.binaryType = 'arraybuffer'
      const giveUp = setTimeout(() => socket.close(), PATIENCE)
      socket.onmessage = event => {
        if (event.data instanceof ArrayBuffer) return this.hear(event.data)
        const message = JSON.parse(event.data)
        if (message.type === 'hello') this.write({ type: 'register', token: this.pass.token })
        if (message.type === 'registered') {
          clearTimeout(giveUp)
          if (!this.isBusy) this.enter('ready')
          resolve()
        }
        if (message.type === 'error' && message.reason.startsWith('token')) {
          this.wanted = false
          reject(new SoftphoneError('token'))
        }
        this.receive(message)
      }
      socket.onclose = () => {
        clearTimeout(giveUp)
        reject(new SoftphoneError('network'))
        this.lose(socket)
      }
      this.socket = socket
    })
  }

  // A line that breaks is taken up again; the call goes on if that happens soon.
  lose (socket) {
    if (socket !== this.socket || !this.wanted) return
    if (this.state === 'talking') this.enter('repairing')
    else if (this.state !== 'repairing') this.enter('starting')
    this.tell('error', { reason: 'network' })
    setTimeout(() => this.wanted && this.open().catch(() => {}), AGAIN)
  }

  write (message) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message))
  }

  receive (message) {
    const react = {
      incoming: () => { this.enter('ringing'); this.tell('incoming', { from: message.from }) },
      cancelled: () => this.enter('ready'),
      outgoing: () => this.enter('calling'),
      accepted: () => this.enter('talking'),
      disconnected: () => {
        const isRefused = ['busy', 'failed'].includes(message.outcome)
        this.enter('ready')
        if (isRefused) this.tell('error', { reason: message.outcome })
      },
      says: () => this.tell('says', { text: message.text, who: '' }),
      'peer-says': () => this.tell('says', { text: message.text, who: message.name }),
      warning: () => message.name === 'media-lost' && this.tell('error', { reason: 'media' }),
      error: () => this.fail(message.reason)
    }
    react[message.type]?.()
  }

  fail (reason) {
    if (reason.startsWith('token')) return this.tell('error', { reason: 'token' })
    if (['not-ringing', 'no-call', 'wrong-call'].includes(reason)) return
    if (this.state === 'calling') this.enter('ready')
    this.tell('error', { reason: reason === 'busy' ? 'busy' : 'failed' })
  }

  hear (frame) {
    const speaker = new TextDecoder().decode(frame.slice(0, HEAD))
    this.sound.play(speaker, new Int16Array(frame.slice(HEAD)))
  }

  send (piece, loudness) {
    if (this.state === 'talking' && !this.isMuted && this.socket?.readyState === WebSocket.OPEN) {
      this.socket.send(piece)
    }
    this.tell('level', {
      input: this.isMuted ? 0 : Math.min(1, loudness * 3),
      output: Math.min(1, this.sound.takeOutput() * 3)
    })
  }

  call (params) {
    this.enter('calling')
    this.write({ type: 'connect', params })
  }

  accept () { this.write({ type: 'accept' }) }

  reject () { this.write({ type: 'reject' }) }

  disconnect () { this.write({ type: this.state === 'ringing' ? 'reject' : 'disconnect' }) }

  mute (isMuted) {
    this.isMuted = isMuted
    this.write({ type: 'mute', muted: isMuted })
    this.tell('muted', { isMuted })
  }

  sendDigits (digits) { this.write({ type: 'digits', digits }) }

  async choose ({ microphone, speaker }) {
    if (microphone && microphone !== this.microphone) {
      const stream = await openMicrophone(microphone)
      closeMicrophone(this.stream)
      this.microphone = microphone
      this.stream = stream
      await this.sound.open(stream)
    }
    if (speaker) await this.sound.useSpeaker(speaker)
  }

  // Everything happens on this machine: an answer of the simulator is all there is to try.
  check (pass) {
    return new Promise(resolve => {
      const socket = new WebSocket(pass.address)
      const tell = (isGood, reason) => { clearTimeout(giveUp); socket.close(); resolve({ isGood, reason }) }
      const giveUp = setTimeout(() => tell(false, 'network'), PATIENCE)
      socket.onopen = () => socket.send(JSON.stringify({ type: 'ping' }))
      socket.onmessage = event => {
        if (typeof event.data === 'string' && JSON.parse(event.data).type === 'pong') tell(true)
      }
      socket.onerror = () => tell(false, 'network')
    })
  }

  stop () {
    this.wanted = false
    this.socket?.close(1000)
    this.sound.close()
    closeMicrophone(this.stream)
    this.stream = undefined
    this.enter('off')
  }
}
