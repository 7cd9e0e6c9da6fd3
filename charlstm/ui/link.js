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
    history.replaceState(history.state, "", location.pathname + (text ? `?${text}` : ""));
  }

  return {
    opened() {
      open = true;
      if (pending.size) flush();
    },

    set(settings) {
      for (const [name, value] of Object.entries(settings)) {
        if (open || value !== null) pending.set(name, value);
      }
      if (open && !timer) timer = setTimeout(flush, 250);
    },

    // The page's address with its settings. In a Space the page is a frame, whose address nobody
    // sees: the link is that of the Space's page, which passes its settings on. Parameters that
    // begin with "__" are the Hub's own, the visitor's signature among them.
    address() {
      clearTimeout(timer);
      if (open) flush();
      const link = new URL(charlstmSpacePage ?? location.origin + location.pathname);
      for (const [name, value] of new URLSearchParams(location.search)) {
        if (!name.startsWith("__")) link.searchParams.append(name, value);
      }
      return link.href;
    },

    pin(settings) {
      for (const name of Object.keys(settings)) pinned.add(name);
      this.set(settings);
    },

    // Sets all values, by name; one that equals its default or is too long is left out.
    settings({ values, defaults, textLimit }) {
      const changes = {};
      for (const [name, value] of Object.entries(values)) {
        const text = String(value ?? "");
        const plain = text === String(defaults[name] ?? "") && !pinned.has(name);
        changes[name] = plain || text.length > textLimit ? null : text;
      }
      this.set(changes);
    },
  };
})();
