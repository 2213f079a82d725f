// Sound of a telephone: prompts spoken by the browser or by the simulator, tones of the keys.

const ROWS = { 1: 697, 2: 697, 3: 697, 4: 770, 5: 770, 6: 770, 7: 852, 8: 852, 9: 852, "*": 941, 0: 941, "#": 941 };
const COLUMNS = { 1: 1209, 4: 1209, 7: 1209, "*": 1209, 2: 1336, 5: 1336, 8: 1336, 0: 1336, 3: 1477, 6: 1477, 9: 1477, "#": 1477 };
let context = null;

// Both frequencies of a key for an eighth of a second.
export function tone(key) {
  context = context || new AudioContext();
  const volume = context.createGain();
  volume.gain.value = 0.06;
  volume.connect(context.destination);
  for (const frequency of [ROWS[key], COLUMNS[key]]) {
    const oscillator = context.createOscillator();
    oscillator.frequency.value = frequency;
    oscillator.connect(volume);
    oscillator.start();
    oscillator.stop(context.currentTime + 0.12);
  }
}

// A telephone that rings: a short trill every three seconds.
export class Ring {
  set(on) {
    if (on === Boolean(this.timer)) return;
    if (!on) {
      clearInterval(this.timer);
      this.timer = null;
      return;
    }
    const trill = () => { tone("1"); setTimeout(() => tone("3"), 200); };
    trill();
    this.timer = setInterval(trill, 3000);
  }
}

function voiceFor(language) {
  const start = language.slice(0, 2).toLowerCase();
  const voices = window.speechSynthesis ? speechSynthesis.getVoices() : [];
  return voices.find((voice) => voice.lang.toLowerCase().startsWith(start));
}

// What one telephone says aloud, one sentence after the other.
export class Voice {
  constructor() {
    this.on = true;
    this.queue = [];
    this.playing = null;
  }

  toggle() {
    this.on = !this.on;
    if (!this.on) this.stop();
  }

  hear(sound) {
    if (!this.on) return;
    if (sound.kind === "keys" || sound.kind === "own") this.stop();
    if (!["say", "peer"].includes(sound.kind) || !sound.text) return;
    if (sound.kind === "say") this.stop();
    this.queue.push(sound);
    this.next();
  }

  next() {
    const sound = this.playing ? null : this.queue.shift();
    if (!sound) return;
    const done = () => { this.playing = null; this.next(); };
    const voice = voiceFor(sound.language);
    if (voice) {
      const speech = new SpeechSynthesisUtterance(sound.text);
      speech.voice = voice;
      speech.lang = sound.language;
      speech.onend = speech.onerror = done;
      this.playing = { stop: () => { speech.onend = speech.onerror = null; speechSynthesis.cancel(); } };
      speechSynthesis.speak(speech);
      return;
    }
    const query = new URLSearchParams({ text: sound.text, language: sound.language });
    const audio = new Audio(`/phone/say.wav?${query}`);
    audio.onended = audio.onerror = done;
    this.playing = { stop: () => { audio.onended = audio.onerror = null; audio.pause(); } };
    audio.play().catch(done);
  }

  stop() {
    this.queue = [];
    this.playing?.stop();
    this.playing = null;
  }
}
