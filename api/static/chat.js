// Makes the chat page smoother; the page works without it. New messages come by server-sent events, posts go by fetch,
// and whatever fails leaves the words in the box.
(() => {
  const find = (id) => document.getElementById(id);
  const form = find("chat"), box = find("body"), lines = find("lines"), words = find("words").dataset;
  const send = find("send"), notice = find("notice"), check = find("check"), leave = find("leave");
  const newer = find("newer");
  const framed = parent !== window;
  let stream, lost, busy, presses = [];

  // The way out: the page is gone before anything is loaded.
  function go() {
    document.documentElement.hidden = true;
    document.title = "Weather";
    if (stream) stream.close();
    if (!framed) return location.replace(leave.href);
    fetch(leave.href, { redirect: "manual", keepalive: true }).catch(() => {});
    parent.postMessage("nightlight:leave", "*");
    try { top.location.replace(leave.dataset.exit); } catch { /* The page around us leaves by itself. */ }
  }
  leave.addEventListener("click", (event) => { event.preventDefault(); go(); });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    presses = [...presses.filter((at) => event.timeStamp - at < 3000), event.timeStamp];
    if (presses.length > 2) go();
  });
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  // Each message once, whoever brings it first; seen from its beginning, unless the carer reads further up.
  const last = () => (lines.lastElementChild ? lines.lastElementChild.id.slice(2) : "0");
  const atEnd = () => innerHeight + scrollY > document.documentElement.scrollHeight - 200;
  const show = () => lines.lastElementChild.scrollIntoView({ block: "start" });
  newer.addEventListener("click", (event) => { event.preventDefault(); show(); newer.hidden = true; });
  addEventListener("scroll", () => { if (atEnd()) newer.hidden = true; }, { passive: true });
  function add(html, mine) {
    const follow = mine || atEnd(), holder = document.createElement("ol");
    holder.innerHTML = html;
    const fresh = [...holder.children].filter((line) => !find(line.id));
    lines.append(...fresh);
    if (!fresh.length) return;
    if (follow) show();
    newer.hidden = follow;
  }
  function stand(now) {
    const end = atEnd(), page = document.documentElement, before = page.scrollHeight, panel = find("number-panel");
    find("standing").innerHTML = now.standing;
    if (end) scrollBy(0, page.scrollHeight - before);
    if (!panel || panel.classList.contains("number--offer") === now.offer) return;
    panel.classList.toggle("number--offer", now.offer);
    if (now.offer) panel.open = true;
  }
  function tell(text) {
    notice.hidden = !text;
    notice.textContent = text;
  }

  function listen() {
    if (stream && stream.readyState < 2) return;
    const url = form.dataset.events;
    stream = new EventSource(`${url}${url.includes("?") ? "&" : "?"}after=${last()}`);
    stream.onopen = () => {
      clearTimeout(lost);
      lost = 0;
      check.hidden = true;
      if (notice.textContent === words.lost) tell("");
    };
    stream.onerror = () => {
      lost = lost || setTimeout(() => { tell(words.lost); check.hidden = false; }, 4000);
      if (stream.readyState === 2) setTimeout(listen, 5000);
    };
    stream.addEventListener("line", (event) => add(event.data));
    stream.addEventListener("standing", (event) => stand(JSON.parse(event.data)));
  }
  document.addEventListener("visibilitychange", () => { if (stream && !document.hidden) listen(); });

  function fault(text) {
    const slot = find("body-error") || document.createElement("span");
    slot.id = "body-error";
    slot.className = "nhsuk-error-message";
    slot.setAttribute("role", "alert");
    slot.textContent = text || "";
    slot.hidden = !text;
    box.before(slot);
    box.setAttribute("aria-describedby", slot.id);
    box.classList.toggle("nhsuk-textarea--error", !!text);
  }

  function apply(told, isMessage, typed) {
    if (told.sent && box.value === typed) box.value = "";
    add(told.lines, true);
    const field = find("number"), panel = find("number-box"), keeps = (html) => html.includes("number__have");
    if (!isMessage || !field || field.value || keeps(told.number) !== keeps(panel.innerHTML)) panel.innerHTML = told.number;
    stand(told);
    if (!lines.lastElementChild) return;
    show();
    listen();
  }

  async function post(url, isMessage) {
    const data = new URLSearchParams(new FormData(form)), typed = box.value, end = new AbortController();
    const timer = setTimeout(() => end.abort(), 20000);
    data.set("after", last());
    busy = true;
    if (isMessage) find("standing").textContent = words.sending;
    try {
      const headers = { Accept: "application/json" };
      const answer = await fetch(url, { method: "POST", body: data, headers, signal: end.signal });
      const told = await answer.json();
      form.elements.token.value = told.token;
      form.elements.client_id.value = told.client_id;
      fault(told.error);
      if (told.notice) tell(told.notice);
      find("standing").textContent = "";
      if (answer.status < 500) apply(told, isMessage, typed);
    } catch {
      find("standing").textContent = "";
      fault(words.notSent);
    }
    clearTimeout(timer);
    busy = false;
    if (find("number-error")) find("number").focus();
    else box.focus({ preventScroll: true });
  }
  form.addEventListener("submit", (event) => {
    if (!event.submitter) return; // An older browser posts the form itself.
    event.preventDefault();
    if (!busy) post(event.submitter.getAttribute("formaction") || form.action, event.submitter === send);
  });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || !form.requestSubmit) return;
    event.preventDefault();
    form.requestSubmit(send);
  });

  if (form.dataset.hasThread === "yes") listen();
  if (lines.lastElementChild) show();
  if (framed) parent.postMessage("nightlight:ready", "*");
})();
