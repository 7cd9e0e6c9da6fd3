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
  return phrase("components.span", { low: percent(low).replace(/ %$/, ""), high: percent(high) });
}

function temperatureName(temperature) {
  return Number.isInteger(temperature) ? temperature.toFixed(1) : String(temperature);
}

// What wrote a text of a blind round: the model at a temperature, or null, a person.
function sourceName(source) {
  return source === null ? phrase("components.real_text") : `T ${temperatureName(source)}`;
}

// A button with a click handler; `label` is a fuller name for screen readers.
function pressable(text, className, parent, act, label = "") {
  const button = make("button", className, parent, text);
  button.type = "button";
  if (label) button.setAttribute("aria-label", label);
  button.addEventListener("click", act);
  return button;
}

// Writes a sentence, if it has changed. What it quotes is set apart by <bdi>, so that right-to-left
// characters in quotes leave the order of the words around them.
/**
 * @param {Element} element
 * @param {string} sentence
 */
function quoting(element, sentence) {
  if (element.textContent === sentence) return;
  const [opens, closes] = phrase("components.quoted", { character: " " }).split(" ");
  const parts = sentence.split(new RegExp(`(?<=${opens})(.+?)(?=${closes})`, "su"));
  element.replaceChildren(...parts.map((part, i) => (i % 2 ? make("bdi", "", null, part) : part)));
}

// Writes a sentence as `quoting` does; words of the glossary in it can be asked "what is this?".
/**
 * @param {Element} element
 * @param {string} sentence
 */
function termed(element, sentence) {
  if (element.textContent === sentence) return;
  quoting(element, sentence);
  for (const node of [...element.childNodes].filter((each) => each.nodeType === Node.TEXT_NODE)) {
    const parts = charlstmTerms.divided(node.textContent);
    node.replaceWith(...parts.map((part, i) => (i % 2 ? charlstmTerms.word(part) : part)));
  }
}

// Replaces a button's text for two seconds: the result of pressing it, for who looks at it.
function flash(button, words) {
  button.dataset.name ??= button.textContent;
  button.textContent = words;
  setTimeout(() => (button.textContent = button.dataset.name), 2_000);
}

// A button that copies a link to the page with its settings, see `copyButton`.
//   say(words)   displays and announces the result
//   also()       returns what the link opens with besides: its parameters by name
/**
 * @param {HTMLElement} parent
 * @param {(words: string) => void} say
 * @param {Element | null} [before] The element that it is put before; null puts it last.
 * @param {() => Record<string, string>} [also]
 */
function linkButton(parent, say, before = null, also = () => ({})) {
  const button = copyButton(parent, say, before, () => charlstmLink.address(also()));
  button.title = phrase("components.link.what");
  return button;
}

// A button that copies a link; where the browser does not let the page copy, it appears selected.
/**
 * @param {HTMLElement} parent
 * @param {(words: string) => void} say
 * @param {Element | null} before
 * @param {() => string} link
 */
function copyButton(parent, say, before, link) {
  const field = make("input", "copied-link", null);
  field.type = "text";
  field.readOnly = true;
  field.setAttribute("aria-label", phrase("components.link.label"));
  const button = pressable(phrase("components.link.copy"), "", null, () => {
    if (charlstmCopy(link())) {
      say(phrase("components.link.copied_said"));
      flash(button, phrase("components.link.copied"));
      return;
    }
    field.value = link();
    button.after(field);
    field.select();
    say(phrase("components.link.refused"));
  });
  parent.insertBefore(button, before);
  return button;
}

// Returns a function that sends a question to the server after a pause without newer ones, in
// milliseconds. One request runs at a time, and only the newest question is sent next. An answer is
// dropped where a newer question waits, unless `all` are wanted.
/**
 * @template Question, Answer
 * @param {number} pause
 * @param {Served<Question, Answer>} ask
 * @param {(answer: Answer & { error?: string }, question: Question) => void} show
 * @param {boolean} [all]
 * @returns {(question: Question) => void}
 */
function asker(pause, ask, show, all = false) {
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
        answer = { error: phrase("components.no_answer") };
      }
      if (all || wanted === undefined) show(answer, question);
    }
    busy = false;
  }

  return (question) => {
    wanted = question;
    clearTimeout(timer);
    timer = setTimeout(go, pause);
  };
}

// Plays frame after frame: `button` starts and pauses it. Its `pause` stops it, and its `toggle` is
// for a key. Hidden pages wait.
/**
 * @param {HTMLButtonElement} button
 * @param {number} frame ms
 * @param {() => void} begin Called before the first frame.
 * @param {() => boolean} next Draws the next frame, and tells whether there is one after it.
 */
function player(button, frame, begin, next) {
  let timer = 0;

  function pause() {
    clearInterval(timer);
    timer = 0;
    button.textContent = phrase("components.play");
  }

  function start() {
    begin();
    button.textContent = phrase("components.pause");
    timer = setInterval(() => {
      if (!document.hidden && !next()) pause();
    }, frame);
  }

  const toggle = () => (timer ? pause() : start());
  button.addEventListener("click", toggle);
  pause();
  return { pause, start, toggle };
}
