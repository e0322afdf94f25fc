// The console's keyboard shortcuts. They can be switched off, none works while somebody types or with another key held,
// and a letter only goes to a button: pressing it is left to Enter, so that no slip of a finger makes a move.
const byId = (id) => document.getElementById(id);
const SWITCH = "nightlight-keys";
const ROWS = ".row__title a, .brief__link";
const dialog = byId("keys");

const areOn = () => localStorage.getItem(SWITCH) !== "off";
const isTyping = (where) => where.closest("input, textarea, select, [contenteditable]") !== null;
const targets = () => [...document.querySelectorAll("[data-key]")].filter((one) => one.getClientRects().length);

function goTo(target) {
  if (target.tagName === "SUMMARY" && !target.parentElement.open) target.click();
  if (target.tagName === "A" && target.getAttribute("role") !== "button") target.click();
  else target.focus();
  target.scrollIntoView({ block: "nearest" });
}

function goToRow(step) {
  const rows = [...document.querySelectorAll(ROWS)];
  const at = rows.indexOf(document.activeElement);
  const place = at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + step, 0), rows.length - 1);
  rows[place]?.focus();
}

function line(key, words) {
  const name = Object.assign(document.createElement("dt"), { textContent: key });
  return [name, Object.assign(document.createElement("dd"), { textContent: words })];
}

function list() {
  const known = new Map(targets().map((one) => [one.dataset.key, one.dataset.keyWords]));
  const rows = document.querySelector(ROWS) ? [["j", "Next call or task"], ["k", "The one before"]] : [];
  byId("keys-list").replaceChildren(...[...known, ...rows, ["?", "This list"]].flatMap(([key, words]) => line(key, words)));
  byId("keys-switch").textContent = areOn() ? "Switch shortcuts off" : "Switch shortcuts on";
}

function open() {
  list();
  dialog.showModal();
}

function pressed(event) {
  const held = event.ctrlKey || event.altKey || event.metaKey;
  if (!areOn() || held || event.defaultPrevented || dialog.open || isTyping(event.target)) return;
  const target = targets().find((one) => one.dataset.key === event.key);
  const does = { "?": open, j: () => goToRow(1), k: () => goToRow(-1) }[event.key] ?? (target && (() => goTo(target)));
  if (!does) return;
  event.preventDefault();
  does();
}

if (dialog) {
  byId("keys-open").hidden = false;
  byId("keys-open").addEventListener("click", open);
  byId("keys-close").addEventListener("click", () => dialog.close());
  byId("keys-switch").addEventListener("click", () => {
    localStorage.setItem(SWITCH, areOn() ? "off" : "on");
    list();
  });
  document.addEventListener("keydown", pressed);
}
