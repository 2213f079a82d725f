// Adapter for Twilio Voice: its library is large, so it is loaded only where it carries the
// sound. Its own sounds are replaced by ours: nothing is fetched from elsewhere.

import { Device } from '@twilio/voice-sdk'

import { Softphone, SoftphoneError } from './softphone/interface.js'
import { closeMicrophone, openMicrophone } from './softphone/microphone.js'

const KEYS = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'h', 's']
const CODECS = ['opus', 'pcmu']
const CHECK_SECONDS = 20

// Source: https://www.twilio.com/docs/api/errors, and those of the library.
function reasonOf (error) {
  const code = Number(error?.code)
  if ([20101, 20102, 20103, 20104, 20105, 20151, 20157, 31202, 31204, 31205].includes(code)) return 'token'
  if ([31401, 31208].includes(code)) return 'microphone-blocked'
  if (code === 31402) return 'microphone-missing'
  if ([31003, 53405].includes(code) || (code >= 53400 && code < 53500)) return 'media'
  if ([31000, 31005, 31009, 53000, 53001].includes(code)) return 'network'
  if (code === 31486) return 'busy'
  return 'failed'
}

export class TwilioSoftphone extends Softphone {
  constructor ({ ringSound, keySound }) {
    super()
    this.sounds = { incoming: ringSound, outgoing: keySound, disconnect: keySound }
    for (const key of KEYS) this.sounds[`dtmf${key}`] = keySound
  }

  options (pass) {
    return {
      codecPreferences: CODECS,
      edge: pass.edge || undefined,
      closeProtection: false,
      enableImprovedSignalingErrorPrecision: true,
      logLevel: 'silent',
      maxCallSignalingTimeoutMs: 30000,
      sounds: this.sounds
    }
  }

  async start (pass) {
    this.enter('starting')
    closeMicrophone(await openMicrophone(this.microphone))
    if (this.device) this.device.updateToken(pass.token)
    else this.build(pass)
    // Registering twice makes the service refuse the token.
    if (this.device.state === Device.State.Unregistered) {
      try {
        await this.device.register()
      } catch (error) {
        this.enter('off')
        throw new SoftphoneError(reasonOf(error))
      }
    }
    if (!this.isBusy) this.enter('ready')
  }

  build (pass) {
    this.device = new Device(pass.token, this.options(pass))
    this.device.audio?.outgoing(false)
    this.device.audio?.disconnect(false)
    this.device.on('registered', () => { if (!this.isBusy) this.enter('ready') })
    this.device.on('unregistered', () => { if (!this.isBusy) this.enter('starting') })
    this.device.on('error', error => this.tell('error', { reason: reasonOf(error) }))
    this.device.on('tokenWillExpire', () => this.tell('renew'))
    this.device.on('incoming', call => {
      this.take(call)
      this.enter('ringing')
      this.tell('incoming', { from: call.parameters.From ?? '' })
    })
  }

  take (call) {
    this.current = call
    const over = () => {
      if (this.current !== call) return
      this.current = undefined
      this.enter('ready')
    }
    call.on('accept', () => this.enter('talking'))
    for (const name of ['disconnect', 'cancel', 'reject']) call.on(name, over)
    call.on('error', error => this.tell('error', { reason: reasonOf(error) }))
    call.on('reconnecting', () => this.enter('repairing'))
    call.on('reconnected', () => this.enter('talking'))
    call.on('volume', (input, output) => this.tell('level', { input, output }))
    call.on('mute', isMuted => this.tell('muted', { isMuted }))
    call.on('warning', name => {
      if (name.startsWith('low-bytes') || name === 'ice-connectivity-lost') this.tell('error', { reason: 'media' })
    })
  }

  renew (pass) { this.device?.updateToken(pass.token) }

  async call (params) {
    this.enter('calling')
    try {
      this.take(await this.device.connect({ params }))
    } catch (error) {
      this.enter('ready')
      this.tell('error', { reason: reasonOf(error) })
    }
  }

  accept () { this.current?.accept() }

  reject () { this.current?.reject() }

  disconnect () { if (this.state === 'ringing') this.reject(); else this.current?.disconnect() }

  mute (isMuted) { this.current?.mute(isMuted) }

  sendDigits (digits) { this.current?.sendDigits(digits) }

  async choose ({ microphone, speaker }) {
    const audio = this.device?.audio
    this.microphone = microphone || this.microphone
    if (microphone) await audio?.setInputDevice(microphone)
    if (speaker && audio?.isOutputSelectionSupported) {
      await audio.speakerDevices.set([speaker])
      await audio.ringtoneDevices.set([speaker])
    }
  }

  // A short call to the service shows whether sound gets through this network.
  check (pass) {
    return new Promise(resolve => {
      const test = Device.runPreflight(pass.token, { ...this.options(pass), signalingTimeoutMs: 10000 })
      const giveUp = setTimeout(() => test.stop(), CHECK_SECONDS * 1000)
      test.on('completed', report => {
        clearTimeout(giveUp)
        const isGood = !['poor', 'degraded'].includes(report.callQuality)
        resolve({ isGood, reason: isGood ? '' : 'media' })
      })
      test.on('failed', error => {
        clearTimeout(giveUp)
        resolve({ isGood: false, reason: reasonOf(error) })
      })
    })
  }

  stop () {
    this.device?.destroy()
    this.device = this.current = undefined
    this.enter('off')
  }
}
