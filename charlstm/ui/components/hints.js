// Three hints for who is here for the first time, each at its control. A hint goes when a person has
// done what it says, and does not come back: the browser remembers it, or where it refuses to, the
// page does until it is left. A link that writes at once, or a room, has its own guide: no hints.
var charlstmHints = (() => {
  const KEY = "charlstm-hints";
  // What a person does, as [kind of event, where].
  const acts = {
    write: [["click", "#write"]],
    turn: [["input", "#columns :is(.ruler, .temperature input)"]],
    why: [["click", "#columns .text-columns pre"], ["keydown", "#columns .walk"]],
  };

  const query = new URLSearchParams(location.search);
  const wanted = query.get("go") !== "1" && !query.has("room");
  const done = new Set(remembered());

  function remembered() {
    try {
      const names = JSON.parse(localStorage.getItem(KEY) ?? "[]");
      return Array.isArray(names) ? names : [];
    } catch {
      return []; // the browser refuses, or something else stands there
    }
  }

  function finish(name) {
    done.add(name);
    document.querySelectorAll(`.hint[data-hint="${name}"]`).forEach((hint) => {
      if (hint.id) hint.parentElement.removeAttribute("aria-describedby");
      hint.remove();
    });
    try {
      localStorage.setItem(KEY, JSON.stringify([...done]));
    } catch {
      // The browser refuses: for this visit the hint is gone.
    }
  }

  for (const [name, ways] of Object.entries(acts)) {
    for (const [kind, where] of wanted && !done.has(name) ? ways : []) {
      // Before `early.js`, which holds what is pressed while a link is read.
      document.addEventListener(
        kind,
        ({ isTrusted, target }) => {
          if (isTrusted && !done.has(name) && target.closest?.(where)) finish(name);
        },
        { capture: true },
      );
    }
  }

  return {
    // Puts a hint at the end of an element, unless it has been done.
    /**
     * @param {Below<"components.hints">} name
     * @param {Element} parent
     */
    place(name, parent) {
      if (!wanted || done.has(name) || parent.querySelector(`[data-hint="${name}"]`)) return;
      const hint = document.createElement("span");
      Object.assign(hint, { className: "hint", textContent: phrase(`components.hints.${name}`) });
      hint.dataset.hint = name;
      if (parent.matches("button")) {
        // A button's description, not a part of its name.
        hint.id = `hint-${name}`;
        hint.setAttribute("aria-hidden", "true");
        parent.setAttribute("aria-describedby", hint.id);
      }
      parent.append(hint);
    },

    // The page has opened.
    opened() {
      const write = document.querySelector("#write");
      if (write) this.place("write", write);
    },
  };
})();
