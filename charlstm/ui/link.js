// Keeps settings in the address bar. `charlstmLink.set({name: value})` sets them there, `null`
// removes one; it never adds an entry to the browser's history. Browsers limit how often the
// address may change, so all changes within a quarter of a second are written together.
var charlstmLink = (() => {
  // Until the page has read its settings from the link, the address stays as it is: controls report
  // their defaults then, which would remove settings. A person's early changes wait in `pending`.
  let open = false;
  const pending = new Map();
  const pinned = new Set(); // names that stay in the address even with their default value
  let timer = 0;
  const waiting = []; // what to do once `open`

  // Panels that a link can open, and the button that it presses there if the link holds this text.
  const panels = { reading: { text: "reading", button: "#read-text" }, effect: {}, blind: { text: "round", button: "#draw-round" } };
  // What a link opens with, and what the address forgets then.
  const moments = ["panel", "why", "branch", "heat"];
  // What stays in this address, but is in no copied link: who opens it would join the room, or be
  // at a step of the lesson.
  const here = ["room", "view", "step"];
  const arrived = new URLSearchParams(location.search);

  function flush() {
    timer = 0;
    const query = new URLSearchParams(location.search);
    for (const [name, value] of pending) {
      if (value === null) query.delete(name);
      else query.set(name, value);
    }
    pending.clear();
    const text = query.toString();
    if (text === location.search.slice(1)) return;
    const search = text ? `?${text}` : "";
    history.replaceState(history.state, "", location.pathname + search + location.hash);
    tellHub(query);
  }

  // In a Space, asks the Hub's page around this frame to show the same settings in its address. The
  // Hub documents this message ("How to handle URL parameters in Spaces") for Docker and static
  // Spaces; it does not say what its page does with that of a Gradio Space. Sent to another page
  // around the frame, the message would leave an error in the browser's console.
  function tellHub(query) {
    if (charlstmSpacePage === null || window.parent === window) return;
    const hub = "https://huggingface.co";
    const around = location.ancestorOrigins?.[0] ?? (document.referrer && new URL(document.referrer).origin);
    if (around !== hub) return;
    const shown = [...query].filter(([name]) => !ofHub(name));
    window.parent.postMessage({ queryString: new URLSearchParams(shown).toString() }, hub);
  }

  // Parameters that begin with "__" are the Hub's own, the visitor's signature among them.
  const ofHub = (name) => name.startsWith("__");

  function openPanel() {
    const name = arrived.get("panel");
    if (!Object.hasOwn(panels, name ?? "")) return;
    const { text, button } = panels[name];
    const panel = document.querySelector(`#${name}`);
    panel?.querySelector(".label-wrap:not(.open)")?.click();
    panel?.scrollIntoView();
    if (button && arrived.get(text)) pressOnceThere(button, 300);
  }

  // Presses a button; Gradio makes the content of a panel some frames after it was opened.
  function pressOnceThere(name, frames) {
    const button = document.querySelector(name);
    if (button) button.click();
    else if (frames > 0) requestAnimationFrame(() => pressOnceThere(name, frames - 1));
  }

  return {
    opened() {
      open = true;
      this.set(Object.fromEntries(moments.map((name) => [name, null])));
      flush();
      openPanel();
      for (const act of waiting.splice(0)) act();
    },

    // Whether the page has read its settings from the link.
    get isOpen() {
      return open;
    },

    // Whether there is a link whose settings are not in the controls yet.
    get opening() {
      return !open && String(arrived) !== "";
    },

    // Calls a function once the page has read its settings from the link.
    whenOpen(act) {
      if (open) act();
      else waiting.push(act);
    },

    // What the link that opened the page says of a moment; null if it says nothing.
    arrived: (name) => arrived.get(name),

    set(settings) {
      for (const [name, value] of Object.entries(settings)) {
        if (open || value !== null) pending.set(name, value);
        else pending.delete(name);
      }
      if (open && !timer) timer = setTimeout(flush, 250);
    },

    // The address of the page alone.
    page: () => charlstmSpacePage ?? location.origin + location.pathname,

    // What the address holds now.
    query() {
      clearTimeout(timer);
      if (open) flush();
      return new URLSearchParams(location.search);
    },

    // The page's address with its settings, and with `also`: what the link opens with besides, or
    // without where a value is empty. In a Space the page is a frame, whose address nobody sees:
    // the link is that of the Space's page, which passes its settings on.
    address(also = {}) {
      const link = new URL(this.page());
      for (const [name, value] of this.query()) {
        if (![...moments, ...here].includes(name) && !ofHub(name)) link.searchParams.append(name, value);
      }
      for (const [name, value] of Object.entries(also)) {
        if (value) link.searchParams.set(name, value);
        else link.searchParams.delete(name);
      }
      return link.href;
    },

    // The address that opens this page anew with a query, and with what belongs to this visit: the
    // room, the Hub's own, and what is hidden, but for the tab that it opens.
    anew(query) {
      const link = new URL(location.origin + location.pathname);
      link.search = query;
      for (const [name, value] of new URLSearchParams(location.search)) {
        if (name === "room" || ofHub(name)) link.searchParams.append(name, value);
        if (name !== "hide") continue;
        const shown = link.searchParams.has("panel") ? ["more"] : [];
        const left = value.split(",").filter((tab) => ![link.searchParams.get("tab"), ...shown].includes(tab));
        if (left.length) link.searchParams.append(name, left.join());
      }
      return link.href;
    },

    pin(settings) {
      for (const name of Object.keys(settings)) pinned.add(name);
      this.set(settings);
    },

    // Sets all values, by name; one that equals its default or is too long is left out. Those
    // `ofCheckpoint` have another default for another checkpoint, so they are left out only with it.
    settings({ values, defaults, textLimit, ofCheckpoint }) {
      const changes = {};
      const other = values.checkpoint !== defaults.checkpoint ? ofCheckpoint : [];
      for (const [name, value] of Object.entries(values)) {
        const text = String(value ?? "");
        const plain = text === String(defaults[name] ?? "") && !pinned.has(name) && !other.includes(name);
        changes[name] = plain || text.length > textLimit ? null : text;
      }
      this.set(changes);
    },
  };
})();
