// The desk of pretend phones: a phone rings when a text or a call arrives, and what was open on the wire stays open.
// Everything else on the page works without this.
const RING_MILLISECONDS = 2600;
const heard = document.getElementById("heard");
const problem = document.getElementById("problem");
const sound = document.getElementById("sound");
const newest = new Map();
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

document.querySelectorAll(".screen").forEach((screen) => {
  newest.set(screen.closest(".phone").id, Number(threadOf(screen).dataset.newest));
});

document.body.addEventListener("htmx:sseBeforeMessage", () => {
  opened = new Set([...document.querySelectorAll(".one[open]")].map((one) => one.id));
});

document.body.addEventListener("htmx:sseMessage", (event) => {
  problem.hidden = true;
  if (event.target.classList.contains("screen")) screenChanged(event.target);
  if (event.target.querySelector(".ring__call--ringing")) ring(event.target.closest(".phone"), "A call");
  if (event.target.classList.contains("wire__all")) {
    opened.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
  }
});

document.body.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful) {
    if (event.target.classList.contains("write")) event.target.reset();
  } else {
    say("That did not work. Look at the log of the web process.");
  }
});

document.body.addEventListener("htmx:sseError", () => say("The web process does not answer. Trying again."));

function say(words) {
  problem.textContent = words;
  problem.hidden = false;
}

document.getElementById("refresh").hidden = true; // The stream does it.
sound.hidden = false;
sound.addEventListener("click", () => {
  const on = sound.getAttribute("aria-pressed") === "false";
  sound.setAttribute("aria-pressed", String(on));
  audio = on ? new AudioContext() : null;
  if (on) note(0, 620);
});
