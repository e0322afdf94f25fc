// The desk of pretend phones: a phone rings when a text or a call arrives, what is said in a call is spoken if sound is
// on, somebody may speak where the browser recognises speech, and what was open on the wire stays open.
// Everything else on the page works without this.
const RING_MILLISECONDS = 2600;
const heard = document.getElementById("heard");
const problem = document.getElementById("problem");
const sound = document.getElementById("sound");
const newest = new Map();
const spoken = new Map(); // How many lines of a call have been spoken, by its SID.
const SLOWLY = 0.85; // Of the voice's own pace, as the line asks for.
const Recogniser = window.SpeechRecognition ?? window.webkitSpeechRecognition;
let audio = null;
let opened = new Set();

const threadOf = (screen) => screen.querySelector(".thread");

function note(time, pitch) {
  const tone = audio.createOscillator();
  const loudness = audio.createGain();
  tone.frequency.value = pitch;
  loudness.gain.setValueAtTime(0.12, audio.currentTime + time);
  loudness.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + time + 0.35);
  tone.connect(loudness).connect(audio.destination);
  tone.start(audio.currentTime + time);
  tone.stop(audio.currentTime + time + 0.4);
}

function ring(phone, what) {
  phone.classList.remove("phone--ringing");
  void phone.offsetWidth; // Lets the same animation start anew.
  phone.classList.add("phone--ringing");
  window.setTimeout(() => phone.classList.remove("phone--ringing"), RING_MILLISECONDS);
  heard.textContent = `${what} on ${phone.dataset.name}’s phone`;
  if (audio && phone.classList.contains("phone--staff")) [0, 0.2, 0.4].forEach((time) => note(time, 880));
  else if (audio) note(0, 620);
}

function screenChanged(screen) {
  const phone = screen.closest(".phone");
  const last = Number(threadOf(screen).dataset.newest);
  if (last > newest.get(phone.id)) ring(phone, "New text");
  newest.set(phone.id, last);
}

function british() {
  const voices = window.speechSynthesis.getVoices().filter((voice) => voice.lang.replace("_", "-") === "en-GB");
  return voices.find((voice) => /amy|female/i.test(voice.name)) ?? voices[0] ?? null;
}

// What is in brackets is no speech: a key or a word of the caller's stops what is being said.
function speakCall(call) {
  const lines = [...call.querySelectorAll(".ring__heard li")].map((line) => line.textContent);
  const before = spoken.get(call.dataset.sid) ?? 0;
  spoken.set(call.dataset.sid, lines.length);
  const list = call.querySelector(".ring__heard ol");
  if (list) list.scrollTop = list.scrollHeight; // The newest is in view.
  if (!audio || !window.speechSynthesis) return;
  lines.slice(before).forEach((line) => {
    if (/^\((Key|Said)/.test(line)) window.speechSynthesis.cancel();
    if (line.startsWith("(")) return;
    const words = Object.assign(new SpeechSynthesisUtterance(line), { lang: "en-GB", rate: SLOWLY, voice: british() });
    window.speechSynthesis.speak(words);
  });
}

function listen(button) {
  const form = button.closest("form");
  const recogniser = Object.assign(new Recogniser(), { lang: "en-GB" });
  button.setAttribute("aria-pressed", "true");
  recogniser.onresult = (event) => {
    form.elements.words.value = event.results[0][0].transcript;
    form.requestSubmit();
  };
  recogniser.onerror = () => say("The browser heard nothing. Type the words instead.");
  recogniser.onend = () => button.setAttribute("aria-pressed", "false");
  recogniser.start();
}

document.querySelectorAll(".ring__call").forEach(speakCall);
document.querySelectorAll(".speak__listen").forEach((button) => {
  button.hidden = !Recogniser;
  button.addEventListener("click", () => listen(button));
});

document.querySelectorAll(".screen").forEach((screen) => {
  newest.set(screen.closest(".phone").id, Number(threadOf(screen).dataset.newest));
});

document.body.addEventListener("htmx:sseBeforeMessage", () => {
  opened = new Set([...document.querySelectorAll(".one[open]")].map((one) => one.id));
});

document.body.addEventListener("htmx:sseMessage", (event) => {
  problem.hidden = true;
  if (event.target.classList.contains("screen")) screenChanged(event.target);
  const call = event.target.querySelector(".ring__call");
  if (call) speakCall(call);
  if (event.target.querySelector(".ring__call--ringing")) ring(event.target.closest(".phone"), "A call");
  if (event.target.classList.contains("wire__all")) {
    opened.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
  }
});

document.body.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful) {
    if (event.target.classList.contains("write")) event.target.reset();
    if (event.target.classList.contains("speak")) event.target.elements.words.value = "";
  } else {
    say("That did not work. Look at the log of the web process.");
  }
});

document.body.addEventListener("htmx:sseError", () => say("The web process does not answer. Trying again."));

function say(words) {
  problem.textContent = words;
  problem.hidden = false;
}

document.body.addEventListener("click", (event) => {
  if (event.target.matches(".ring__end, [value='drop']")) window.speechSynthesis?.cancel();
});

document.getElementById("refresh").hidden = true; // The stream does it.
sound.hidden = false;
sound.addEventListener("click", () => {
  const on = sound.getAttribute("aria-pressed") === "false";
  sound.setAttribute("aria-pressed", String(on));
  audio = on ? new AudioContext() : null;
  if (on) note(0, 620);
  else window.speechSynthesis?.cancel();
});
