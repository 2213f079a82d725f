// The microphone: permission, choice, and what is wrong with it in one word.

import { SoftphoneError } from './interface.js'

const REASON_OF = {
  NotAllowedError: 'microphone-blocked',
  SecurityError: 'microphone-blocked',
  NotFoundError: 'microphone-missing',
  OverconstrainedError: 'microphone-missing',
  NotReadableError: 'microphone-busy',
  AbortError: 'microphone-busy'
}

export async function openMicrophone (deviceId) {
  if (!window.isSecureContext) throw new SoftphoneError('insecure')
  if (!navigator.mediaDevices?.getUserMedia) throw new SoftphoneError('unsupported')
  const wanted = { echoCancellation: true, noiseSuppression: true, autoGainControl: true }
  if (deviceId) wanted.deviceId = { exact: deviceId }
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: wanted })
  } catch (error) {
    throw new SoftphoneError(REASON_OF[error.name] ?? 'microphone-missing')
  }
}

export function closeMicrophone (stream) {
  for (const track of stream?.getTracks() ?? []) track.stop()
}

// Devices have names only after the permission was given.
export async function listDevices () {
  const found = await navigator.mediaDevices.enumerateDevices()
  const named = kind => found.filter(each => each.kind === kind && each.deviceId)
  return { microphones: named('audioinput'), speakers: named('audiooutput') }
}
