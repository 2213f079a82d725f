// Running clocks: <time data-clock-since="…"> counts up, data-clock-until counts down.
function show (seconds) {
  const two = number => String(number).padStart(2, '0')
  const rest = two(Math.abs(seconds) % 60)
  const minutes = Math.floor(Math.abs(seconds) / 60)
  const spoken = minutes < 100 ? minutes : `${Math.floor(minutes / 60)}:${two(minutes % 60)}`
  return `${seconds < 0 ? '−' : ''}${spoken}:${rest}`
}

function tick () {
  const now = Date.now()
  for (const clock of document.querySelectorAll('[data-clock-since]')) {
    clock.textContent = show(Math.max(0, Math.floor((now - Date.parse(clock.dataset.clockSince)) / 1000)))
  }
  for (const clock of document.querySelectorAll('[data-clock-until]')) {
    const left = Math.floor((Date.parse(clock.dataset.clockUntil) - now) / 1000)
    clock.textContent = show(left)
    clock.closest('.hs-clock')?.classList.toggle('hs-clock--over', left < 0)
  }
}

tick()
setInterval(tick, 1000)
document.addEventListener('htmx:after:swap', tick)
