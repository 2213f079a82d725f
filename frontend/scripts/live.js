// How htmx behaves on live pages: a stream that breaks is opened again within seconds, also
// while the page is in the background; what was opened or chosen stays as it is.
import htmx from 'htmx.org/dist/htmx.esm.js'

htmx.config.sse = { pauseOnBackground: false, reconnectDelay: 300, reconnectMaxDelay: 2000 }
htmx.config.morphIgnore = [...htmx.config.morphIgnore, 'open', 'tabindex']

// The desk rings the telephone in this page only while that is on.
document.addEventListener('softphone:state', event => {
  const field = document.querySelector('[data-softphone-on]')
  if (field) field.value = ['off', 'starting'].includes(event.detail.state) ? '' : 'yes'
})
