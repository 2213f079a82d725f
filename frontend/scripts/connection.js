// Says when the page may be behind: the stream has broken, or nothing has come for long.
// What happens meanwhile is fetched as soon as there is an answer again.
const SILENCE = 25000
const stream = document.querySelector('[data-stream]')
const banner = document.getElementById('connection')

let heard = Date.now()
let shown = Date.now()
let isLost = false

function show (seconds) {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

function look () {
  const isBehind = isLost || Date.now() - heard > SILENCE
  if (banner.hidden === isBehind) banner.hidden = !isBehind
  document.body.classList.toggle('hs-behind', isBehind)
  const clock = banner.querySelector('[data-lost-since]')
  clock.textContent = show(Math.max(0, Math.round((Date.now() - shown) / 1000)))
}

function find () {
  heard = Date.now()
  isLost = false
  look()
}

function lose () {
  isLost = true
  look()
}

const isPanels = event => event.target.id === 'panels' || event.detail?.ctx?.target?.id === 'panels'

if (stream && banner) {
  stream.addEventListener('htmx:sse:after:connection', find)
  stream.addEventListener('htmx:sse:before:message', find)
  stream.addEventListener('htmx:sse:error', lose)
  stream.addEventListener('htmx:sse:close', lose)
  document.addEventListener('htmx:error', event => { if (isPanels(event) || event.target === stream) lose() })
  document.addEventListener('htmx:after:swap', event => {
    if (!isPanels(event)) return
    shown = Date.now()
    find()
  })
  setInterval(look, 1000)
}
