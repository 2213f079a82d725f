// Proof of work in place of a wait: looks for the number whose SHA-256 with the salt is the
// challenge, then sends the form. Where the browser cannot, the reader waits and presses.

const form = document.querySelector('form[data-work-challenge]')
const PAUSE_AFTER = 500 // numbers, so that the page stays alive

async function digest (text) {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
  return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')
}

async function work ({ workSalt, workChallenge, workMost }) {
  for (let number = 0; number < Number(workMost); number++) {
    if (await digest(workSalt + number) === workChallenge) return String(number)
    if (number % PAUSE_AFTER === 0) await new Promise(resolve => setTimeout(resolve))
  }
  return null
}

if (form && globalThis.crypto?.subtle) {
  const told = form.querySelector('[data-work-told]')
  told.hidden = false
  work(form.dataset).then(found => {
    told.hidden = found === null
    if (found === null) return
    form.elements.namedItem('work').value = found
    form.requestSubmit()
  })
}
