// "What is this?": the sentence of the glossary (glossary.py) on a word or a control, on hover, focus
// and touch.
// Escape closes it. Screen readers get it as the description of the word or of the control.
var charlstmTerms = (() => {
  const HOVER = 250; // ms until a word under the pointer is explained, and until it no longer is
  let anchor = null; // what is explained
  let timer = 0;
  let frame = 0;
  /** @type {HTMLElement | null} */
  let tip = null;

  /** @param {Below<"components.glossary">} name */
  const entry = (name) => phrase(`components.glossary.${name}`);
  const says = (key) => entry(/** @type {any} */ (`${key}.says`));
  const asked = (target) => target.closest?.(".term, .explained") ?? null;
  const keyOf = (element) => element.dataset.term ?? /\bterm-([\w-]+)/.exec(element.className)[1];

  // The id of a hidden element with a key's sentence.
  function description(key) {
    const id = `charlstm-term-${key}`;
    if (!document.getElementById(id)) {
      const hidden = document.createElement("span");
      Object.assign(hidden, { id, hidden: true, textContent: says(key) });
      document.body.append(hidden);
    }
    return id;
  }

  function describe(element) {
    const control = element.matches("button, input, select") ? element : null;
    for (const each of control ? [control] : element.querySelectorAll("input")) {
      const others = each.getAttribute("aria-describedby") ?? "";
      const id = description(keyOf(element));
      if (!others.includes(id)) each.setAttribute("aria-describedby", `${others} ${id}`.trim());
    }
  }

  function open(element) {
    clearTimeout(timer);
    if (anchor === element) return;
    describe(element);
    if (!tip) {
      tip = document.createElement("div");
      tip.className = "term-tip";
      tip.setAttribute("aria-hidden", "true"); // it repeats the description
      tip.addEventListener("pointerenter", () => clearTimeout(timer));
      tip.addEventListener("pointerleave", later);
      document.body.append(tip);
    }
    anchor = element;
    tip.textContent = says(keyOf(element));
    tip.hidden = false;
    place();
    // From the next frame on: what the keyboard comes to is scrolled into view after its focus.
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(follow);
  }

  // Under what is explained, or above it where there is no room below.
  function place() {
    const { left, top, bottom } = anchor.getBoundingClientRect();
    const { width, height } = tip.getBoundingClientRect();
    const below = bottom + 6 + height < innerHeight || top < height + 6;
    tip.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`;
    tip.style.top = `${below ? bottom + 6 : top - height - 6}px`;
  }

  function close() {
    clearTimeout(timer);
    cancelAnimationFrame(frame);
    anchor = null;
    if (tip) tip.hidden = true;
  }

  // The sentence stays at what it explains, also where the page moves by itself, without scrolling: a
  // part above gets its text or its height.
  function follow() {
    const { top, bottom } = anchor.getBoundingClientRect();
    if (!anchor.isConnected || bottom <= 0 || top >= innerHeight) return close();
    place();
    frame = requestAnimationFrame(follow);
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(close, HOVER);
  }

  // Whether an explanation outlasts the pointer: of a word that was pressed, or of a control that
  // the keyboard has come to. A control that was pressed is used, and what lies below it is needed.
  function isAsked(element) {
    if (element.matches(".term")) return element === document.activeElement;
    return element.matches(":focus-visible, :has(:focus-visible)");
  }

  document.addEventListener("pointerover", ({ target, pointerType }) => {
    const element = asked(target);
    if (pointerType !== "mouse" || !element) return;
    clearTimeout(timer);
    if (element !== anchor) timer = setTimeout(() => open(element), HOVER);
  });
  document.addEventListener("pointerout", ({ target, pointerType }) => {
    const element = asked(target);
    if (pointerType !== "mouse" || !element) return;
    clearTimeout(timer);
    if (!isAsked(element)) later();
  });
  document.addEventListener("focusin", (event) => {
    const target = /** @type {Element} */ (event.target);
    const element = asked(target);
    // A control that is clicked is used: it is explained to who comes to it by the keyboard.
    if (element && target.matches(":focus-visible")) open(element);
    else if (element) describe(element);
  });
  document.addEventListener("focusout", ({ target }) => {
    if (asked(target) === anchor && anchor) close();
  });
  document.addEventListener("pointerdown", (event) => {
    const target = /** @type {Element} */ (event.target);
    if (anchor && !tip.contains(target) && !anchor.contains(target)) close();
  });
  document.addEventListener("click", ({ target }) => {
    const element = target.closest?.(".term");
    if (element) open(element);
  });
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Escape" || !anchor) return;
      event.stopImmediatePropagation(); // what lies below stays open
      close();
    },
    { capture: true },
  );

  const words = Object.keys(charlstmTexts).flatMap((name) => {
    const [, path, key] = /^components\.glossary\.((.+)\.words\.\d+)$/.exec(name) ?? [];
    return key ? [{ key, word: entry(/** @type {any} */ (path)) }] : [];
  });
  const longestFirst = words.map(({ word }) => word).sort((a, b) => b.length - a.length);
  const escaped = longestFirst.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const pattern = new RegExp(`(?<![\\w-])(${escaped.join("|")})(?![\\w-])`, "iu");

  const keyFor = (word) => words.find((each) => each.word.toLowerCase() === word.toLowerCase())?.key;

  return {
    // Divides a sentence at the words of the glossary: at odd indices words, each only once.
    divided(sentence) {
      const seen = new Set();
      return sentence.split(new RegExp(pattern, "giu")).reduce((parts, part, i) => {
        const key = i % 2 ? keyFor(part) : null;
        if (!(i % 2)) parts[parts.length - 1] += part;
        else if (seen.has(key)) parts[parts.length - 1] += part;
        else parts.push(part, "");
        seen.add(key);
        return parts;
      }, [""]);
    },

    // A word that can be asked.
    word(text, key = keyFor(text)) {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", className: "term", textContent: text });
      button.dataset.term = key;
      describe(button);
      return button;
    },
  };
})();
