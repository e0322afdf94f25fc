// What makes the console's pages live. Every page works without it; with it, nobody has to reload.
const byId = (id) => document.getElementById(id);
const SILENT_FOR = 25000; // Milliseconds without a word from the server, which speaks at least every ten seconds.
const ENDING = 300; // Seconds before the session ends at which the page says so.

/* Is this page live? A dead connection must never look like a quiet night. */
const line = { heard: Date.now(), at: "", over: false };

function isLive(tick) {
  line.heard = Date.now();
  line.at = tick.at;
  byId("live").dataset.state = "on";
  byId("live-words").textContent = `Live. Last checked ${tick.at}.`;
  byId("not-live").hidden = true;
  say(byId("ending"), tick.left < ENDING ? `You will be signed out at ${tick.until} unless you use this page. ` : "", "Stay signed in");
}

function isNotLive(why) {
  if (!byId("live") || (byId("live").dataset.state === "dead" && !line.over)) return;
  byId("live").dataset.state = "dead";
  byId("live-words").textContent = line.at ? `Not live since ${line.at}.` : "Not live.";
  say(byId("not-live"), `${why} ${line.at ? `Not live since ${line.at}.` : ""} New calls for help do not show here. `, line.over ? "Sign in again" : "Try again now");
  chime();
}

function say(box, words, link) {
  if (box.textContent.startsWith(words) && words) return;
  box.replaceChildren();
  box.hidden = !words;
  if (!words) return;
  const again = Object.assign(document.createElement("a"), { href: location.pathname, textContent: link });
  box.append(words, again);
}

function follow(source) {
  source.addEventListener("tick", (event) => isLive(JSON.parse(event.data)));
  source.addEventListener("over", () => {
    line.over = true;
    isNotLive("You have been signed out.");
  });
}

document.body.addEventListener("htmx:sseOpen", (event) => follow(event.detail.source));
document.body.addEventListener("htmx:sseError", () => line.over || isNotLive("The connection is lost."));
const silent = () => !line.over && Date.now() - line.heard > SILENT_FOR && isNotLive("Nothing has been heard.");
if (byId("live")) setInterval(silent, 5000);

/* Something new or late: the title tells how many wait, and a sound plays if it was switched on. Nothing ever blinks. */
const SOUND = "nightlight-sound";
let known = news();
let speaker = null;

function news() {
  return new Set((document.querySelector("[data-news]")?.dataset.news ?? "").split(" ").filter(Boolean));
}

const plain = document.title.replace(/^\(\d+\) /, "");
let unseen = false; // Something came while nobody looked at this tab.

function lookUp() {
  const now = news();
  const waiting = document.querySelector("#waiting .count");
  const title = document.querySelector("[data-title]")?.dataset.title ?? (waiting ? `(${parseInt(waiting.textContent, 10)}) ${plain}` : plain);
  if ([...now].some((word) => !known.has(word))) {
    unseen = document.hidden;
    chime();
  }
  document.title = unseen ? `New or late: ${title}` : title;
  known = now;
}

document.addEventListener("visibilitychange", () => {
  unseen &&= document.hidden;
  lookUp();
});

function wanted() {
  return localStorage.getItem(SOUND) === "on";
}

function chime() {
  if (!wanted() || !speaker || speaker.state !== "running") return;
  [660, 880].forEach((pitch, place) => {
    const tone = speaker.createOscillator();
    const loud = speaker.createGain();
    const start = speaker.currentTime + place * 0.22;
    tone.frequency.value = pitch;
    loud.gain.setValueAtTime(0.0001, start);
    loud.gain.exponentialRampToValueAtTime(0.12, start + 0.03);
    loud.gain.exponentialRampToValueAtTime(0.0001, start + 0.5);
    tone.connect(loud).connect(speaker.destination);
    tone.start(start);
    tone.stop(start + 0.55);
  });
}

function showSound() {
  const button = byId("sound");
  if (!button) return;
  const ready = speaker?.state === "running";
  button.hidden = false;
  button.setAttribute("aria-pressed", String(wanted()));
  button.textContent = !wanted() ? "Sound is off" : ready ? "Sound is on" : "Sound: tap the page once";
}

async function allowSound() {
  if (!wanted()) return;
  speaker ??= new AudioContext();
  if (speaker.state !== "running") await speaker.resume();
  showSound();
}

byId("sound")?.addEventListener("click", async () => {
  localStorage.setItem(SOUND, wanted() ? "off" : "on");
  await allowSound();
  chime();
  showSound();
});
// Browsers allow sound only after a touch or a key.
for (const touch of ["pointerdown", "keydown"]) document.addEventListener(touch, allowSound, { once: true });
showSound();
lookUp();

/* The thread: keep to the newest message unless somebody has scrolled up, and say aloud what the carer adds. */
const thread = byId("thread-box");
let atEnd = true;
let lastHeard = newestOfCarer()?.dataset.seq;

function newestOfCarer() {
  return [...document.querySelectorAll(".line--carer")].at(-1);
}

function toEnd() {
  if (thread && atEnd) thread.scrollTop = thread.scrollHeight;
}

thread?.addEventListener("scroll", () => {
  atEnd = thread.scrollHeight - thread.scrollTop - thread.clientHeight < 40;
});
toEnd();

function readOut() {
  const newest = newestOfCarer();
  if (!newest || newest.dataset.seq === lastHeard) return;
  lastHeard = newest.dataset.seq;
  byId("heard").textContent = `The carer wrote: ${newest.querySelector(".line__words")?.textContent ?? "no words"}`;
}

// A part that is the same already stays as it is, and so does a number that somebody has just asked to see.
document.body.addEventListener("htmx:sseBeforeMessage", (event) => {
  const sent = document.createElement("template");
  sent.innerHTML = event.detail.data;
  const isShown = byId("call") && event.target.id === "contact";
  const number = (place) => place.querySelector("[data-number]")?.dataset.number;
  const isSame = isShown ? number(event.target) === number(sent.content) : sent.innerHTML.trim() === event.target.innerHTML.trim();
  if (isSame) event.preventDefault();
});

document.body.addEventListener("htmx:sseMessage", (event) => {
  if (event.target.id === "waiting" || event.target.id === "board") lookUp();
  if (event.target.id === "thread") {
    toEnd();
    readOut();
  }
});

/* Writing: count as the text is counted when it is sent, keep what is typed, and never send twice. */
function widthOf(char, widths) {
  return widths[char] ?? widths[char.normalize("NFKD")[0]] ?? 0;
}

function count(field) {
  const limit = Number(field.dataset.limit);
  if (!limit) return;
  const widths = (field.widths ??= JSON.parse(field.dataset.widths));
  const chars = [...field.value.normalize("NFC").trim()];
  const missing = chars.filter((char) => !widthOf(char, widths));
  const left = limit - chars.reduce((sum, char) => sum + widthOf(char, widths), 0);
  const words = missing.length ? `A text cannot carry ${[...new Set(missing)].join(" ")}` : left < 0 ? `${-left} characters too long for a text` : `${left} characters left`;
  byId("words-count").textContent = words;
  byId("words-count").classList.toggle("reply__count--over", missing.length > 0 || left < 0);
  clearTimeout(field.pause); // Read out only once the typing rests.
  if (left < 50) field.pause = setTimeout(() => (byId("words-heard").textContent = words), 1000);
}

function startReply() {
  const form = document.querySelector("form[data-draft]");
  if (!form) return;
  const field = form.elements.words;
  if ("sent" in form.dataset) sessionStorage.removeItem(form.dataset.draft);
  else if (!field.value) field.value = sessionStorage.getItem(form.dataset.draft) ?? "";
  else sessionStorage.setItem(form.dataset.draft, field.value);
  field.addEventListener("input", () => {
    sessionStorage.setItem(form.dataset.draft, field.value);
    count(field);
  });
  count(field);
}
startReply();

document.body.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr?.status === 422) Object.assign(event.detail, { shouldSwap: true, isError: false });
});
document.body.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id === "contact") byId("call")?.focus();
  if (event.target.id !== "reply" || !event.detail.xhr) return;
  startReply();
  byId("words")?.focus();
});
document.body.addEventListener("htmx:beforeRequest", (event) => {
  for (const send of event.target.querySelectorAll?.("button[type=submit]") ?? []) send.disabled = true;
});
for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.body.addEventListener(failure, (event) => {
    for (const send of event.target.querySelectorAll?.("button[type=submit]") ?? []) send.disabled = false;
    const box = byId("reply-problem");
    if (!box || !event.target.matches("form[data-draft]")) return;
    const out = [401, 403].includes(event.detail.xhr?.status);
    const words = out ? "Not sent: you are signed out. What you typed is kept. " : "Not sent. What you typed is still here: try again. ";
    say(box, words, out ? "Sign in again" : "Read the page again");
  });
}

/* A form that was sent is not sent again by a second tap. */
document.addEventListener("submit", (event) => {
  const button = event.target.querySelector("[data-once]");
  if (button) setTimeout(() => (button.disabled = true));
});
window.addEventListener("pageshow", () => document.querySelectorAll("[data-once]").forEach((button) => (button.disabled = false)));
for (const form of document.querySelectorAll('form[action="/console/sign-out"]')) {
  form.addEventListener("submit", () => sessionStorage.clear());
}
byId("notice")?.focus();
