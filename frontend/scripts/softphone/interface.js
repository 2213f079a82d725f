// What a telephone in the browser can do, whoever carries the sound. Two adapters keep to it:
// twilio.js (Twilio Voice) and simulator.js (the phone simulator). The island knows only this.
//
//   start(pass)           be reachable; resolves when calls ring here
//   call(params)          call the product; it decides by who one is and by params
//   accept(), reject()    the call that rings
//   disconnect()          hang up, or give up an attempt
//   mute(isMuted)         send no sound of one's own
//   sendDigits(digits)    press keys
//   choose({microphone, speaker})   device ids; either may be missing
//   check(pass)           try network and sound before the session: {isGood, reason}
//   stop()                be reachable no more
//
// Events (detail):
//   state   {state}       one of STATES
//   incoming {from}       it rings
//   error   {reason}      one of REASONS; the call may still go on
//   level   {input, output}   loudness from 0 to 1, a few times a second
//   says    {text, who}   words that come with the sound (the simulator only)
//   muted   {isMuted}

export const STATES = ['off', 'starting', 'ready', 'ringing', 'calling', 'talking', 'repairing']

export const REASONS = [
  'microphone-blocked', 'microphone-missing', 'microphone-busy', 'insecure', 'unsupported',
  'token', 'network', 'media', 'busy', 'failed'
]

export class SoftphoneError extends Error {
  constructor (reason) {
    super(reason)
    this.reason = reason
  }
}

export class Softphone extends EventTarget {
  state = 'off'

  tell (type, detail = {}) {
    this.dispatchEvent(new CustomEvent(type, { detail }))
  }

  enter (state) {
    if (state === this.state) return
    this.state = state
    this.tell('state', { state })
  }

  get isBusy () {
    return ['ringing', 'calling', 'talking', 'repairing'].includes(this.state)
  }
}
