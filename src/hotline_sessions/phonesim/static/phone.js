// Telephones: shows what the simulator tells, sends what a person does.

import { Ring, Voice, tone } from "/phone/static/sound.js";

const texts = JSON.parse(document.body.dataset.texts);
const lang = document.documentElement.lang;
const template = document.getElementById("phone-template");
const opened = new Set(JSON.parse(sessionStorage.getItem("opened") || "[]"));
const cards = new Map();
let skew = 0;

const element = (tag, text, className) => {
  const made = document.createElement(tag);
  if (text) made.textContent = text;
  if (className) made.className = className;
  return made;
};
// The hotline's own time, wherever the browser is.
const hour = (iso) => new Date(iso).toLocaleTimeString(lang, { hour: "2-digit", minute: "2-digit", timeZone: "Europe/Kyiv" });
const WITHHELD = "+266696687";

async function send(path, data) {
  const response = await fetch(`/sim/v1/${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(data || {}),
  });
  if (response.ok) return "";
  const reason = response.status === 409 ? (await response.json()).reason : "other";
  return texts[`refused_${reason}`] || texts.refused_other;
}

class Card {
  constructor(view) {
    this.id = view.sim_id;
    this.root = template.content.firstElementChild.cloneNode(true);
    this.voice = new Voice();
    this.ring = new Ring();
    this.lastSeq = view.sounds.length ? view.sounds.at(-1).seq : 0;
    this.shown = 0;
    this.read = view.inbox.length;
    this.find = (selector) => this.root.querySelector(selector);
    this.root.setAttribute("aria-label", texts.phone_of.replace("{name}", view.name));
    this.find(".owner").textContent = view.name;
    this.wire();
  }

  wire() {
    const dial = this.find(".dial input");
    const speak = this.find(".speak input");
    dial.id = `dial-${this.id}`;
    speak.id = `speak-${this.id}`;
    this.find(".dial label").htmlFor = dial.id;
    this.find(".speak label").htmlFor = speak.id;
    for (const key of this.root.querySelectorAll(".key"))
      key.addEventListener("click", () => this.press(key.dataset.key));
    this.find(".erase").addEventListener("click", () => { dial.value = dial.value.slice(0, -1); });
    this.find(".dial").addEventListener("submit", (event) => { event.preventDefault(); this.call(); });
    this.find(".call").addEventListener("click", () => this.call());
    this.find(".hang-up").addEventListener("click", () => this.act("hang-up"));
    this.find(".answer").addEventListener("click", () => this.act("answer"));
    this.find(".decline").addEventListener("click", () => this.act("decline"));
    this.find(".speak").addEventListener("submit", (event) => {
      event.preventDefault();
      if (speak.value.trim()) this.act("say", { text: speak.value.trim() });
      speak.value = "";
    });
    const machine = this.find(".voicemail input");
    machine.addEventListener("change", () => this.act("voicemail", { on: machine.checked }));
    this.find(".tab-call").addEventListener("click", () => this.show("call"));
    this.find(".tab-sms").addEventListener("click", () => this.show("sms"));
    const sound = this.find(".sound");
    const label = () => sound.setAttribute("aria-label", texts[this.voice.on ? "sound_on" : "sound_off"]);
    sound.addEventListener("click", () => {
      this.voice.toggle();
      sound.setAttribute("aria-pressed", String(this.voice.on));
      label();
    });
    sound.setAttribute("aria-pressed", String(this.voice.on));
    label();
  }

  async act(action, data) {
    this.find(".error").textContent = await send(`phones/${this.id}/${action}`, data);
  }

  press(key) {
    if (this.voice.on) tone(key);
    if (this.view.state === "idle") {
      const dial = this.find(".dial input");
      dial.value += key === "0" && !dial.value ? "+" : key;
    } else if (this.view.state !== "ringing") this.act("press", { digits: key });
  }

  call() {
    const to = this.find(".dial input").value.replace(/[^+0-9]/g, "");
    const hides = this.find(".hide input").checked;
    if (to && this.view.state === "idle") this.act("dial", { to, shown_as: hides ? WITHHELD : null });
  }

  show(tab) {
    this.tab = tab;
    const machine = this.find(".voicemail input");
    machine.addEventListener("change", () => this.act("voicemail", { on: machine.checked }));
    this.find(".tab-call").setAttribute("aria-pressed", String(tab === "call"));
    this.find(".tab-sms").setAttribute("aria-pressed", String(tab === "sms"));
    this.find(".bubbles").hidden = tab !== "call";
    this.find(".inbox").hidden = tab !== "sms";
    if (tab === "sms") this.read = this.view.inbox.length;
    this.count();
  }

  count() {
    const fresh = this.view.inbox.length - this.read;
    const badge = this.find(".count");
    badge.hidden = fresh <= 0;
    badge.textContent = fresh > 0 ? fresh : "";
  }

  update(view, numbers) {
    const before = this.view;
    this.view = view;
    this.root.dataset.state = view.state;
    const idle = view.state === "idle";
    const outcome = idle && view.last_outcome ? texts[`outcome_${view.last_outcome}`] : "";
    const listens = view.listening.includes("speech") ? "speech" : view.listening;
    const wording = outcome || texts[`state_${view.state}`];
    const waits = view.state === "connected" && listens ? texts[`listen_${listens}`] : "";
    this.put(".state", waits || wording);
    const other = view.other_number === WITHHELD ? texts.withheld : view.other_number;
    const from = view.state === "ringing" ? texts.ringing_from.replace("{number}", other) : other;
    this.put(".peer", from || (view.withheld ? texts.withheld : view.number));
    this.put(".company", view.company.length ? texts.with.replace("{names}", view.company.join(", ")) : "");
    this.find(".incoming").hidden = view.state !== "ringing";
    this.find(".call").hidden = !idle;
    this.find(".hang-up").hidden = idle || view.state === "ringing";
    this.find(".dial").hidden = !idle;
    this.find(".quick").hidden = !idle;
    this.find(".hide").hidden = !idle || view.withheld;
    this.find(".voicemail input").checked = view.voicemail;
    this.ring.set(view.state === "ringing" && this.voice.on);
    this.find(".speak").hidden = !view.connected_at;
    this.quick(numbers);
    const fresh = this.bubbles(view.sounds);
    this.messages(view.inbox);
    this.leave(view.left_messages);
    if (before && before.state !== view.state) {
      this.find(".error").textContent = "";
      if (view.state !== "idle" && this.tab === "sms") this.show("call");
      if (idle) this.voice.stop();
    }
    this.tick();
    if (fresh || before?.state !== view.state) this.find(".bubbles").scrollTop = 1e6;
  }

  put(selector, text) {
    const place = this.find(selector);
    if (place.textContent !== text) place.textContent = text;
  }

  quick(numbers) {
    const list = this.find(".quick");
    if (list.childElementCount === numbers.length) return;
    list.replaceChildren(...numbers.map(({ number, name }) => {
      const button = element("button", name === number ? number : `${name} · ${number}`);
      button.type = "button";
      button.addEventListener("click", () => { this.find(".dial input").value = number; });
      const item = element("li");
      item.append(button);
      return item;
    }));
  }

  bubbles(sounds) {
    const list = this.find(".bubbles ol");
    const fresh = sounds.filter((sound) => sound.seq > this.shown);
    this.find(".bubbles .nothing").hidden = sounds.length > 0;
    for (const sound of fresh) {
      this.shown = sound.seq;
      if (sound.kind === "play" && list.lastElementChild?.classList.contains("play")) continue;
      list.append(this.bubble(sound));
      if (sound.seq > this.lastSeq) this.voice.hear(sound);
    }
    while (list.childElementCount > 150) list.firstElementChild.remove();
    return fresh.length > 0;
  }

  bubble(sound) {
    const spoken = ["say", "own", "peer", "keys"].includes(sound.kind);
    const item = element("li", "", `bubble ${sound.kind}`);
    if (!spoken) {
      item.textContent = sound.kind === "info" ? texts[`outcome_${sound.text}`] || sound.text : texts[`kind_${sound.kind}`];
      return item;
    }
    item.append(element("b", sound.who || texts[`kind_${sound.kind}`]));
    const words = element("span", sound.text);
    words.lang = sound.language;
    item.append(words);
    return item;
  }

  leave(words) {
    const list = this.find(".left");
    this.find(".left-title").hidden = !words.length;
    for (const text of words.slice(list.childElementCount)) {
      const item = element("li", "", "sms");
      item.append(element("p", text));
      list.append(item);
    }
  }

  messages(inbox) {
    const list = this.find(".texts");
    this.find(".inbox .nothing").hidden = inbox.length > 0;
    for (const sms of inbox.slice(list.childElementCount)) {
      const item = element("li", "", "sms");
      const time = element("time", hour(sms.at));
      time.dateTime = sms.at;
      item.append(time, element("b", texts.sms_from.replace("{sender}", sms.sender)), element("p", sms.body));
      list.append(item);
    }
    if (this.tab === "sms") this.read = inbox.length;
    this.count();
  }

  tick() {
    const now = Date.now() + skew;
    this.put(".clock", hour(new Date(now).toISOString()));
    const since = this.view.connected_at ? Math.max(0, now - Date.parse(this.view.connected_at)) : -1;
    const seconds = Math.floor(since / 1000);
    const two = (value) => String(value).padStart(2, "0");
    this.put(".timer", since < 0 ? "" : `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`);
  }
}

function toggle(id) {
  if (!opened.delete(id)) opened.add(id);
  sessionStorage.setItem("opened", JSON.stringify([...opened]));
  render();
}

let world = { phones: [], numbers: [], complaints: 0, letters: [] };

function render() {
  renderSims();
  const desk = document.getElementById("phones");
  for (const view of world.phones) {
    if (view.state === "ringing" && !cards.has(view.sim_id)) opened.add(view.sim_id);
    if (!opened.has(view.sim_id)) {
      cards.get(view.sim_id)?.root.remove();
      cards.get(view.sim_id)?.voice.stop();
      cards.get(view.sim_id)?.ring.set(false);
      cards.delete(view.sim_id);
      continue;
    }
    if (!cards.has(view.sim_id)) {
      const card = new Card(view);
      cards.set(view.sim_id, card);
      desk.append(card.root);
    }
    cards.get(view.sim_id).update(view, world.numbers);
  }
  document.getElementById("none-open").hidden = cards.size > 0;
  document.getElementById("complaint-count").textContent = world.complaints;
  renderLetters();
}

function renderLetters() {
  const list = document.getElementById("letters");
  if (!list) return;
  const marks = { REQUEST: texts.mail_request, CANCEL: texts.mail_cancel };
  document.getElementById("no-letters").hidden = world.letters.length > 0;
  list.replaceChildren(...world.letters.slice().reverse().map((letter) => {
    const item = element("li");
    const time = element("time", hour(letter.at));
    time.dateTime = letter.at;
    item.append(time, element("strong", letter.subject), element("p", texts.mail_to.replace("{recipient}", letter.recipient)));
    if (marks[letter.method]) {
      const mark = element("p");
      mark.append(element("span", marks[letter.method], "badge"));
      item.append(mark);
    }
    item.append(element("pre", letter.body));
    return item;
  }));
}

function renderSims() {
  const list = document.getElementById("sims");
  if (list.childElementCount !== world.phones.length)
    list.replaceChildren(...world.phones.map((view) => {
      const button = element("button", "", "sim");
      button.type = "button";
      const number = view.withheld ? `${view.number} · ${texts.withheld}` : view.number;
      button.append(element("strong", view.name), element("span", number));
      button.addEventListener("click", () => toggle(view.sim_id));
      const item = element("li");
      item.append(button);
      return item;
    }));
  world.phones.forEach((view, index) => {
    const button = list.children[index].firstElementChild;
    button.setAttribute("aria-pressed", String(opened.has(view.sim_id)));
    button.classList.toggle("is-alive", view.state !== "idle");
  });
}

const bare = (url) => { try { return new URL(url).pathname; } catch { return url; } };

async function renderJournal() {
  if (!document.getElementById("journal").open) return;
  const journal = await (await fetch("/sim/v1/journal")).json();
  const fill = (id, rows) => {
    const table = document.getElementById(id);
    table.hidden = !rows.length;
    table.tBodies[0].replaceChildren(...rows);
  };
  const row = (cells, bad) => {
    const made = element("tr", "", bad ? "is-bad" : "");
    made.append(...cells.map((cell) => element("td", String(cell))));
    return made;
  };
  document.getElementById("no-complaints").hidden = journal.complaints.length > 0;
  fill("complaints", journal.complaints.slice(-50).reverse().map((c) => row([hour(c.at), c.code, c.text, bare(c.url)], true)));
  fill("deliveries", journal.deliveries.slice(-60).reverse().map((d) =>
    row([hour(d.at), `${d.method} ${bare(d.url)}`, d.fault ? `${d.status || "—"} ${d.fault}` : d.status], d.fault)));
}

document.getElementById("journal").addEventListener("toggle", renderJournal);
document.getElementById("add-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const fields = new FormData(form);
  const card = { name: fields.get("name"), number: fields.get("number"), withheld: fields.has("withheld") };
  if (!(await send("phones", card))) {
    opened.add(card.number.slice(1) + (card.withheld ? "-withheld" : ""));
    form.reset();
  }
});

const stream = new EventSource("/sim/v1/events");
stream.onmessage = (event) => {
  world = JSON.parse(event.data);
  skew = Date.parse(world.now) - Date.now();
  document.getElementById("lost").hidden = true;
  render();
  renderJournal();
};
stream.onerror = () => { document.getElementById("lost").hidden = false; };
setInterval(() => { for (const card of cards.values()) card.tick(); }, 1000);
