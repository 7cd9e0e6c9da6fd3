// The address bar is the save button. `charlstmLink.set({name: value})` puts settings into it and
// `null` takes one out; it never adds an entry to the history. Browsers limit how often the address
// may change, so what arrives within a quarter of a second goes in at once.
var charlstmLink = (() => {
  // Until the page has taken its settings from the link, the address stays as it is: controls
  // announce their defaults then, which would take settings out. What a quick hand changes waits.
  let open = false;
  const pending = new Map();
  const pinned = new Set(); // what stays in the address even as the default that it is here and now
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

    pin(settings) {
      for (const name of Object.keys(settings)) pinned.add(name);
      this.set(settings);
    },

    // Values beside their defaults, by name: what equals its default, or is too long, is left out.
    settings({ values, defaults, textLimit }) {
      const found = {};
      for (const [name, value] of Object.entries(values)) {
        const text = String(value ?? "");
        const plain = text === String(defaults[name] ?? "") && !pinned.has(name);
        found[name] = plain || text.length > textLimit ? null : text;
      }
      this.set(found);
    },
  };
})();
