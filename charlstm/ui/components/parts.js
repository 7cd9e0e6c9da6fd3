// Functions that the drawn components of all tabs share. Like the other scripts of components, this
// file only declares functions: a component loads the scripts that it needs, then calls its mount
// function.

/**
 * A server function: it returns a promise of an answer, or of an object whose `error` is a sentence.
 *
 * @template Question, Answer
 * @typedef {(question: Question) => Promise<Answer & { error?: string }>} Served
 */

/**
 * The arguments that Gradio passes to the script of a component.
 *
 * @template Value
 * @template [Server=object]
 * @typedef {object} Component
 * @property {HTMLElement} element The element that contains the template.
 * @property {{ value: Value }} props
 * @property {(prop: "value", changed: () => void) => void} watch
 * @property {Server} server Its server functions; each returns a promise.
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

// A share from 0 to 1 in per cent: "0 %" and "100 %" appear only where the share is exactly 0 or 1.
function percent(share) {
  const value = 100 * share;
  if (value > 0 && value < 0.1) return "< 0.1 %";
  if (value > 99.9 && value < 100) return "> 99.9 %";
  const fine = value > 0 && value < 100 && (value < 9.95 || value > 99);
  return `${value.toFixed(fine ? 1 : 0)} %`;
}

// An interval of shares in per cent: "24 to 36 %".
function span([low, high]) {
  return `${percent(low).replace(/ %$/, "")} to ${percent(high)}`;
}

function temperatureName(temperature) {
  return Number.isInteger(temperature) ? temperature.toFixed(1) : String(temperature);
}

// A button with a click handler; `label` is a fuller name for screen readers.
function pressable(text, className, parent, act, label = "") {
  const button = make("button", className, parent, text);
  button.type = "button";
  if (label) button.setAttribute("aria-label", label);
  button.addEventListener("click", act);
  return button;
}

// A button that copies a link to the page with its settings; where the browser does not let the page
// copy, the link appears selected.
//   say(words)   displays and announces the result
/**
 * @param {HTMLElement} parent
 * @param {(words: string) => void} say
 * @param {Element | null} [before] The element that it is put before; null puts it last.
 */
function linkButton(parent, say, before = null) {
  const field = make("input", "copied-link", null);
  field.type = "text";
  field.readOnly = true;
  field.setAttribute("aria-label", "Link with these settings");
  const button = pressable("Copy link", "", null, () => {
    const link = charlstmLink.address();
    if (charlstmCopy(link)) {
      say("The link is copied.");
      button.textContent = "Link copied";
      setTimeout(() => (button.textContent = "Copy link"), 2_000);
      return;
    }
    field.value = link;
    button.after(field);
    field.select();
    say("The browser does not let the page copy. The link is selected: copy it.");
  });
  button.title = "A link to this tab with all its settings";
  parent.insertBefore(button, before);
}

// Returns a function that sends a question to the server after a pause without newer ones, in
// milliseconds. One request runs at a time; only the newest question is sent next, and an answer is
// dropped where a newer question waits.
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
    if (busy) return; // the loop below picks up the new question
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

// Chooses one index of a drawing's items: the one under the pointer; else the one that a click or
// the arrow keys chose, until the drawing loses the focus; else the last.
//   under(event)    the index under the pointer
//   last()          the last index, or -1 while there are no items
//   moved(by)       called whenever the index has changed, by "key" or by "pointer"
// Returns a function that returns the index.
function chooser(target, { under, last, moved }) {
  let kept = null;
  let pointed = null;
  const index = () => Math.min(pointed ?? kept ?? last(), last());

  function set(newKept, newPointed, by = "pointer") {
    const before = index();
    [kept, pointed] = [newKept, newPointed];
    if (last() >= 0 && index() !== before) moved(by);
  }

  target.addEventListener("pointermove", (event) => set(kept, under(event)));
  target.addEventListener("pointerdown", (event) => set(under(event), under(event)));
  target.addEventListener("pointerleave", () => set(kept, null));
  target.addEventListener("focusout", () => set(null, pointed));
  target.addEventListener("keydown", (event) => {
    const at = index();
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
  return index;
}

// Sets the attributes that present a `chooser` to screen readers as a slider with `words` as value.
function sayPlace(target, at, last, words) {
  target.setAttribute("aria-valuemin", 0);
  target.setAttribute("aria-valuemax", last);
  target.setAttribute("aria-valuenow", at);
  target.setAttribute("aria-valuetext", words);
}
