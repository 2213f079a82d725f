// htmx, its event streams and our hooks in one file: loaded apart, htmx starts before the
// extension is known, and the streams never open.
import 'htmx.org/dist/htmx.esm.js'
import 'htmx.org/dist/ext/hx-sse.js'

import './live.js'
import './clocks.js'
import './connection.js'
import './copying.js'
import './csrf.js'
import './drafts.js'
import './focus.js'
import './keys.js'
import './opened.js'
