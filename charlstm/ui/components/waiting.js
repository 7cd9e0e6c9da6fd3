// What answers have in common while they are waited for. Runs after components/parts.js.

/**
 * @typedef {object} LineQuestion
 *
 * @typedef {object} LinePlace
 * @property {number} [ahead]
 * @property {number} [seconds]
 */

const PLACE_EVERY = 1000; // ms between two looks at the place in line

// Returns a function that a card calls with its phase at each drawing, before it changes anything.
// When a person has asked, the card is brought where it can be seen, unless its beginning is. Until
// the answer is there, the card keeps its height, so that nothing below it jumps.
/** @param {HTMLElement} card */
function answerIn(card) {
  let open = false;

  function bring() {
    const { top } = card.getBoundingClientRect();
    if (!card.offsetHeight || (top >= 0 && top < 0.6 * innerHeight)) return;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    card.scrollIntoView({ block: "start", behavior: still ? "auto" : "smooth" });
  }

  return (phase) => {
    const before = open;
    open = ["waiting", "asking", "writing"].includes(phase);
    if (open === before) return;
    card.style.minHeight = open ? `${card.offsetHeight}px` : "";
    if (open && navigator.userActivation?.isActive) requestAnimationFrame(bring);
  };
}

// What is said while an answer has not begun. Returns a function that returns the sentence; it asks
// for the place in line until `waits` returns false, and calls `changed` when it has another one.
/**
 * @param {{ place_in_line: Served<LineQuestion, LinePlace> }} server
 * @param {() => boolean} waits
 * @param {() => void} changed
 */
function waitingIn(server, waits, changed) {
  const none = phrase("components.waiting");
  let sentence = none;
  let timer = 0;

  async function look() {
    timer = 0;
    if (!waits()) return;
    let place;
    try {
      place = await server.place_in_line({});
    } catch {
      place = {};
    }
    if (!waits()) return;
    const { ahead, seconds } = /** @type {LinePlace} */ (place);
    if (!ahead) sentence = none;
    else if (seconds) sentence = phrase("components.in_line_time", { n: ahead, seconds });
    else sentence = phrase("components.in_line", { n: ahead });
    changed();
    timer ||= setTimeout(look, PLACE_EVERY);
  }

  return () => {
    if (!timer && waits()) {
      sentence = none;
      timer = setTimeout(look, PLACE_EVERY);
    }
    return sentence;
  };
}
