// What drawings are made of, in all tabs. Like its neighbours this file only declares functions: a
// component runs the files that it needs, then calls the function that mounts it.

/**
 * A server function: it gives a promise of an answer, or of what is wrong, in a sentence.
 *
 * @template Question, Answer
 * @typedef {(question: Question) => Promise<Answer & { error?: string }>} Served
 */

/**
 * What Gradio hands to the script of a component.
 *
 * @template Value
 * @template [Server=object]
 * @typedef {object} Component
 * @property {HTMLElement} element Holds the template.
 * @property {{ value: Value }} props
 * @property {(prop: "value", changed: () => void) => void} watch
 * @property {Server} server Its server functions; each gives a promise.
 * @property {(event: string, data?: object) => void} trigger
 */

/**
 * @typedef {object} TextAt
 * @property {number} temperature
 * @property {string} text What a model wrote at it.
 *
 * @typedef {object} Estimate
 * @property {number} mean
 * @property {[number, number]} interval
 */

const SVG = "http://www.w3.org/2000/svg";

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} className
 * @param {Element | null} [parent]
 * @param {string} [text]
 * @returns {HTMLElementTagNameMap[Tag]}
 */
function make(tag, className, parent, text = "") {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  parent?.append(made);
  return made;
}

function shape(tag, attributes, parent, text = "") {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  if (text) made.textContent = text;
  parent.append(made);
  return made;
}

function count(number, one, many = `${one}s`) {
  return `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
}

// A share of 0 to 1: never "0 %" of what did happen, never "100 %" of what did not always.
function percent(share) {
  const value = 100 * share;
  if (value > 0 && value < 0.1) return "< 0.1 %";
  if (value > 99.9 && value < 100) return "> 99.9 %";
  const fine = value > 0 && value < 100 && (value < 9.95 || value > 99);
  return `${value.toFixed(fine ? 1 : 0)} %`;
}

// An interval of shares: "24 to 36 %".
function span([low, high]) {
  return `${percent(low).replace(/ %$/, "")} to ${percent(high)}`;
}

function temperatureName(temperature) {
  return Number.isInteger(temperature) ? temperature.toFixed(1) : String(temperature);
}

// A button that says what it does; what it is for can be said more fully to a screen reader.
function pressable(text, className, parent, act, label = "") {
  const button = make("button", className, parent, text);
  button.type = "button";
  if (label) button.setAttribute("aria-label", label);
  button.addEventListener("click", act);
  return button;
}

// Asks the server for the newest of what is wanted: after a pause of so many milliseconds, one
// question at a time, and answers to old questions are dropped. Returns the function that wants.
/**
 * @template Question, Answer
 * @param {number} pause
 * @param {Served<Question, Answer>} ask
 * @param {(answer: Answer & { error?: string }, question: Question) => void} show
 * @returns {(question: Question) => void}
 */
function asker(pause, ask, show) {
  let wanted;
  let timer = 0;
  let busy = false;

  async function go() {
    if (busy) return; // it goes on by itself
    busy = true;
    while (wanted !== undefined) {
      const question = wanted;
      wanted = undefined;
      /** @type {any} */
      let answer;
      try {
        answer = await ask(question);
      } catch {
        answer = { error: "The server does not answer. Try again in a moment." };
      }
      if (wanted === undefined) show(answer, question);
    }
    busy = false;
  }

  return (question) => {
    wanted = question;
    clearTimeout(timer);
    timer = setTimeout(go, pause);
  };
}

// One place of many along a drawing: the one under the pointer, else the one that a click or the
// arrow keys chose, until the focus goes, else the last.
//   under(event)    the place under the pointer
//   last()          the last place, or -1 while there is nothing to choose from
//   moved(by)       called whenever the place changed, by "key" or by "pointer"
// Returns the function that tells the place.
function chooser(target, { under, last, moved }) {
  let kept = null;
  let pointed = null;
  const place = () => Math.min(pointed ?? kept ?? last(), last());

  function set(newKept, newPointed, by = "pointer") {
    const before = place();
    [kept, pointed] = [newKept, newPointed];
    if (last() >= 0 && place() !== before) moved(by);
  }

  target.addEventListener("pointermove", (event) => set(kept, under(event)));
  target.addEventListener("pointerdown", (event) => set(under(event), under(event)));
  target.addEventListener("pointerleave", () => set(kept, null));
  target.addEventListener("focusout", () => set(null, pointed));
  target.addEventListener("keydown", (event) => {
    const at = place();
    const to = {
      ArrowLeft: at - 1,
      ArrowDown: at - 1,
      ArrowRight: at + 1,
      ArrowUp: at + 1,
      PageUp: at - 10,
      PageDown: at + 10,
      Home: 0,
      End: last(),
    }[event.key];
    if (to === undefined || last() < 0) return;
    event.preventDefault();
    set(Math.min(Math.max(to, 0), last()), null, "key");
  });
  return place;
}

// The words in which `chooser` is a slider to a screen reader.
function sayPlace(target, at, last, words) {
  target.setAttribute("aria-valuemin", 0);
  target.setAttribute("aria-valuemax", last);
  target.setAttribute("aria-valuenow", at);
  target.setAttribute("aria-valuetext", words);
}
