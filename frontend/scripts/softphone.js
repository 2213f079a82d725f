// <section data-softphone>: a telephone on a page. The page says everything in words; here is
// what the buttons do. Who one is, and through which network, is told by the page's server.

import { SoftphoneError } from './softphone/interface.js'
import { listDevices } from './softphone/microphone.js'
import { SimulatorSoftphone } from './softphone/simulator.js'

const CAPTIONS = 4 // lines of words that stay in sight

async function fetchPass (address, purpose) {
  const token = document.querySelector('meta[name="csrf-token"]')?.content ?? ''
  let answer
  try {
    answer = await fetch(address, {
      method: 'POST',
      headers: { Accept: 'application/json', 'X-CSRF-Token': token },
      body: new URLSearchParams({ purpose })
    })
  } catch {
    throw new SoftphoneError('network')
  }
  if (!answer.ok) throw new SoftphoneError(answer.status < 500 ? 'token' : 'network')
  return answer.json()
}

async function buildPhone (kind, { capture, twilio, ring, key }) {
  if (kind === 'simulator') return new SimulatorSoftphone({ captureScript: capture })
  const { TwilioSoftphone } = await import(twilio)
  return new TwilioSoftphone({ ringSound: ring, keySound: key })
}

class Island {
  constructor (box) {
    this.box = box
    this.words = {}
    for (const word of box.querySelector('[data-words]').content.children) {
      this.words[word.dataset.word] = word.textContent
    }
    box.hidden = false
    box.addEventListener('click', event => this.press(event.target.closest('[data-do], [data-digit]')))
    box.addEventListener('change', event => this.choose(event.target))
    this.show('off')
  }

  part (name) { return this.box.querySelector(`[data-part="${name}"]`) }

  all (selector) { return this.box.querySelectorAll(selector) }

  press (button) {
    if (!button) return
    if (button.dataset.digit) return this.phone?.sendDigits(button.dataset.digit)
    const deeds = {
      start: () => this.start(),
      stop: () => this.phone?.stop(),
      call: () => this.call(),
      answer: () => this.phone?.accept(),
      reject: () => this.phone?.reject(),
      'hang-up': () => this.phone?.disconnect(),
      mute: () => this.phone?.mute(!this.isMuted),
      check: () => this.check()
    }
    return deeds[button.dataset.do]?.()
  }

  async start () {
    this.complain('')
    this.show('starting')
    try {
      const pass = await fetchPass(this.box.dataset.tokenUrl, 'talk')
      this.phone ??= this.listen(await buildPhone(pass.kind, this.box.dataset))
      await this.phone.start(pass)
      await this.listDevices()
    } catch (error) {
      this.phone?.stop()
      this.show('off')
      this.complain(error.reason ?? 'unsupported')
    }
  }

  listen (phone) {
    phone.addEventListener('state', event => this.show(event.detail.state))
    phone.addEventListener('error', event => this.complain(event.detail.reason))
    phone.addEventListener('level', event => this.measure(event.detail))
    phone.addEventListener('muted', event => this.showMuted(event.detail.isMuted))
    phone.addEventListener('says', event => this.caption(event.detail))
    phone.addEventListener('incoming', () => this.ring())
    phone.addEventListener('renew', async () => {
      phone.renew(await fetchPass(this.box.dataset.tokenUrl, 'talk'))
    })
    return phone
  }

  call () {
    this.complain('')
    return this.phone?.call(JSON.parse(this.box.dataset.params || '{}'))
  }

  // Who has just asked for the call need not pick it up as well.
  ring () {
    if (this.isExpecting) this.phone.accept()
    else this.box.querySelector('[data-do="answer"]')?.focus()
  }

  get isExpecting () { return document.querySelector('[data-softphone-expects]') !== null }

  // The desk has asked for this telephone: it calls as soon as it can.
  answerDesk () {
    if (this.isExpecting && this.phone?.state === 'ready' && !this.hasCalled) {
      this.hasCalled = true
      this.call()
    }
    if (!this.isExpecting) this.hasCalled = false
  }

  async check () {
    this.complain('')
    const told = this.part('checked')
    told.textContent = this.words.checking
    let result
    try {
      const pass = await fetchPass(this.box.dataset.tokenUrl, 'check')
      const phone = this.phone ?? await buildPhone(pass.kind, this.box.dataset)
      await (await navigator.mediaDevices?.getUserMedia({ audio: true }))?.getTracks().forEach(each => each.stop())
      result = await phone.check(pass)
    } catch (error) {
      result = { isGood: false, reason: error.reason ?? 'microphone-blocked' }
    }
    told.textContent = result.isGood ? this.words['check-good'] : ''
    if (!result.isGood) this.complain(result.reason)
  }

  show (state) {
    this.box.dataset.state = state
    document.body.dataset.softphone = state
    this.part('state').textContent = this.words[`state-${state}`]
    for (const each of this.all('[data-when]')) each.hidden = !each.dataset.when.split(' ').includes(state)
    if (state === 'talking') this.complain('')
    if (['ready', 'off'].includes(state)) this.showMuted(false)
    this.box.dispatchEvent(new CustomEvent('softphone:state', { bubbles: true, detail: { state } }))
    this.answerDesk()
  }

  showMuted (isMuted) {
    this.isMuted = isMuted
    const button = this.box.querySelector('[data-do="mute"]')
    button.setAttribute('aria-pressed', String(isMuted))
    this.part('muted').hidden = !isMuted
  }

  complain (reason) {
    const box = this.part('problem')
    box.textContent = reason ? this.words[`problem-${reason}`] ?? this.words['problem-failed'] : ''
    box.hidden = !reason
  }

  measure ({ input, output }) {
    for (const [name, value] of Object.entries({ input, output })) {
      const meter = this.part(`level-${name}`)
      if (meter) meter.value = value
    }
    this.box.dispatchEvent(new CustomEvent('softphone:level', { bubbles: true, detail: { input, output } }))
  }

  caption ({ text, who }) {
    const list = this.part('says')
    if (!list) return
    const line = document.createElement('li')
    line.textContent = who ? `${who}: ${text}` : text
    list.append(line)
    while (list.children.length > CAPTIONS) list.firstElementChild.remove()
    list.hidden = false
  }

  async listDevices () {
    const found = await listDevices()
    for (const [name, devices] of [['microphone', found.microphones], ['speaker', found.speakers]]) {
      const select = this.box.querySelector(`[data-choose="${name}"]`)
      const chosen = select.value
      select.replaceChildren(...devices.map(each => new Option(each.label, each.deviceId)))
      if (chosen) select.value = chosen
      select.closest('[data-device]').hidden = devices.length === 0
    }
  }

  async choose (field) {
    const name = field.dataset?.choose
    if (!name || !this.phone) return
    try {
      await this.phone.choose({ [name]: field.value })
    } catch (error) {
      this.complain(error.reason ?? 'microphone-missing')
    }
  }
}

for (const box of document.querySelectorAll('[data-softphone]')) {
  const island = new Island(box)
  document.addEventListener('htmx:after:swap', () => island.answerDesk())
  navigator.mediaDevices?.addEventListener('devicechange', () => island.phone && island.listDevices())
}
