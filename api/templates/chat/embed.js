// Puts a button into another site's page that opens the chat in a frame:
//   <script src="https://line.example/chat/embed.js" data-team="north" data-label="Write to a nurse" async></script>
// Styles are set one by one through the style object, which a strict policy of the site around us allows.
(() => {
  const words = {{ words | tojson }};
  const tag = document.currentScript;
  const home = new URL(tag.src).origin;
  const team = tag.dataset.team ? `team=${encodeURIComponent(tag.dataset.team)}` : "";
  const label = tag.dataset.label || words.label;
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const ink = dark ? "#1d160a" : "#ffffff", paint = dark ? "#f0c27b" : "#1d4f6e", ground = dark ? "#1a212b" : "#fffdf9";
  let frame, ready;

  function make(name, properties, style) {
    const element = Object.assign(document.createElement(name), properties);
    Object.assign(element.style, style);
    return element;
  }
  const font = "600 18px/1.2 system-ui, sans-serif";
  const round = {
    boxSizing: "border-box", width: "auto", margin: "0", minHeight: "48px", padding: "12px 20px", border: `2px solid ${ink}`, borderRadius: "24px", font,
    cursor: "pointer",
  };
  const button = make("button", { type: "button", textContent: label }, {
    ...round, position: "fixed", right: "16px", bottom: "16px", zIndex: "2147483000", background: paint, color: ink,
  });
  const panel = make("div", { id: "nightlight-chat", hidden: true }, {
    position: "fixed", right: "0", bottom: "0", zIndex: "2147483001", width: "min(100%, 420px)", height: "min(100%, 720px)",
    flexDirection: "column", background: ground, boxShadow: "0 0 24px rgba(0, 0, 0, 0.4)", display: "none",
  });
  const top = make("div", {}, { display: "flex", justifyContent: "space-between", alignItems: "center", padding: "4px 12px", font, color: dark ? "#ece6da" : "#1c2430" });
  const close = make("button", { type: "button", textContent: words.close }, {
    ...round, border: "0", background: "transparent", color: "inherit", textDecoration: "underline", padding: "12px 8px",
  });
  const elsewhere = make("a", { href: `${home}/chat?${team}`, target: "_blank", rel: "noopener", textContent: words.ownTab }, {
    display: "none", padding: "12px", font, color: "inherit",
  });
  panel.setAttribute("role", "dialog");
  panel.setAttribute("aria-label", label);
  button.setAttribute("aria-expanded", "false");
  button.setAttribute("aria-controls", panel.id);

  function open(shown) {
    panel.hidden = !shown;
    panel.style.display = shown ? "flex" : "none";
    button.setAttribute("aria-expanded", String(shown));
    if (!shown) return button.focus();
    if (!frame) {
      frame = make("iframe", { title: label, src: `${home}/chat?embed=1&${team}` }, { flex: "1", width: "100%", border: "0" });
      panel.append(frame);
      // A browser or a policy may refuse the frame; then the chat is still one press away.
      setTimeout(() => { if (!ready) elsewhere.style.display = "block"; }, 6000);
    }
    close.focus();
  }
  button.addEventListener("click", () => open(panel.hidden));
  close.addEventListener("click", () => open(false));
  panel.addEventListener("keydown", (event) => { if (event.key === "Escape") open(false); });
  addEventListener("message", (event) => {
    if (!frame || event.source !== frame.contentWindow || event.origin !== home) return;
    if (event.data === "nightlight:ready") { ready = true; elsewhere.style.display = "none"; }
    if (event.data === "nightlight:leave") {
      document.documentElement.style.display = "none";
      location.replace(words.exit);
    }
  });
  top.append(make("span", { textContent: label }), close);
  top.firstChild.setAttribute("aria-hidden", "true");
  panel.append(top, elsewhere);
  const put = () => document.body.append(button, panel);
  if (document.body) put(); else addEventListener("DOMContentLoaded", put);
})();
