// Brackets in the browser: the scan, the highlighted text, the balance view and the rows that a
// model writes on. Texts come from a person and a model: they enter the page as text nodes only.
//
// This file only declares functions. A component runs it and then calls the one that it needs.

const CLOSING = { "(": ")", "[": "]", "{": "}" };
const OPENING = { ")": "(", "]": "[", "}": "{" };
const MOST_MARKS = 2000; // brackets drawn as elements of their own, the last ones of a text
const DEPTH_COLOURS = 3;

// The rule of charlstm/brackets.py: a closing bracket pairs with the innermost open one when kinds
// agree, otherwise it is a stray and changes nothing. Takes an array of characters (Array.from of a
// string), so that places are the same numbers as in Python.
function scan(text) {
  const depth = [];
  const pairs = [];
  const strays = [];
  const open = [];
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (Object.hasOwn(CLOSING, character)) {
      open.push(i);
      depth.push(open.length);
      continue;
    }
    depth.push(open.length);
    if (Object.hasOwn(OPENING, character)) {
      if (open.length && text[open.at(-1)] === OPENING[character]) pairs.push([open.pop(), i]);
      else strays.push(i);
    }
  }
  pairs.sort((a, b) => a[0] - b[0]);
  return { depth, pairs, unclosed: open, strays };
}

function count(number, one, many = `${one}s`) {
  return `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
}

// What a scan comes to, in two halves: "2 pairs, 1 unclosed" and "depth 1 at the end".
function summary({ pairs, unclosed, strays }) {
  const parts = [];
  if (pairs.length) parts.push(count(pairs.length, "pair"));
  if (unclosed.length) parts.push(count(unclosed.length, "unclosed", "unclosed"));
  if (strays.length) parts.push(count(strays.length, "stray"));
  if (!parts.length) return ["No brackets", "nothing for a model to close"];
  return [parts.join(", "), `depth ${unclosed.length.toLocaleString("en")} at the end`];
}

function make(tag, className, parent, text = "") {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  parent?.append(made);
  return made;
}

function temperatureName(temperature) {
  return Number.isInteger(temperature) ? temperature.toFixed(1) : String(temperature);
}

// All brackets of a scan as marks, in reading order.
function marksOf({ depth, pairs, unclosed, strays }) {
  const marks = [];
  for (const [opening, closing] of pairs) {
    marks.push({ at: opening, partner: closing }, { at: closing, partner: opening });
  }
  for (const at of unclosed) marks.push({ at, kind: "unclosed" });
  for (const at of strays) marks.push({ at, kind: "stray" });
  for (const mark of marks) mark.depth = depth[mark.at];
  return marks.sort((a, b) => a.at - b.at);
}

function describe(characters, { at, partner, kind, depth }) {
  const where = `${characters[at]} at character ${(at + 1).toLocaleString("en")}`;
  if (kind === "stray") return `${where}: a stray, it closes nothing`;
  if (kind === "unclosed") return `${where}: unclosed, depth ${depth}`;
  const place = (partner + 1).toLocaleString("en");
  return `${where}: depth ${depth}, ${partner > at ? "closed at" : "closes the one at"} ${place}`;
}

// Fill a box with a text, its brackets marked. Only brackets become elements; the text between two
// of them is one text node.
//   from     draw from this place on, behind an ellipsis (the scan is of the whole text)
//   given    characters that a person typed; what follows was written by a model
//   watched  the place of the bracket that is watched: it and its partner are framed
function drawText(box, text, { from = 0, given = Infinity, watched = -1 } = {}) {
  const characters = Array.from(text);
  const found = scan(characters);
  const all = marksOf(found);
  const marks = all.filter(({ at }) => at >= from).slice(-MOST_MARKS);
  const elements = new Map();
  const parts = [];
  const typed = make("span", "given");
  const written = make("span", "written");
  const put = (start, end) => {
    const seam = Math.min(Math.max(given, start), end);
    if (start < seam) typed.append(characters.slice(start, seam).join(""));
    if (seam < end) written.append(characters.slice(seam, end).join(""));
  };
  if (from > 0) typed.append("…");
  let reached = from;
  for (const mark of marks) {
    put(reached, mark.at);
    reached = mark.at + 1;
    const span = make("span", "bracket", mark.at < given ? typed : written, characters[mark.at]);
    if (mark.kind) span.classList.add(mark.kind);
    else span.classList.add(`depth-${((mark.depth - 1) % DEPTH_COLOURS) + 1}`);
    if (mark.kind !== "stray") span.dataset.depth = mark.depth;
    if (watched >= 0 && (mark.at === watched || mark.partner === watched)) {
      span.classList.add("watched");
    }
    span.setAttribute("role", "img");
    span.setAttribute("aria-label", describe(characters, mark));
    span.tabIndex = elements.size ? -1 : 0;
    elements.set(mark.at, span);
    parts.push({ span, mark });
  }
  put(reached, characters.length);
  box.replaceChildren(typed, written);
  box.brackets = { parts, elements, characters };
  return { found, unmarked: from > 0 ? 0 : all.length - marks.length };
}

// Partner outlines on hover and focus, and arrow keys from bracket to bracket: a text is one tab
// stop however many brackets it has. `say` gets a sentence on the bracket, or "".
function listen(box, say = () => {}) {
  let lit = [];
  const light = (span) => {
    for (const other of lit) other.classList.remove("lit");
    const part = box.brackets?.parts.find((candidate) => candidate.span === span);
    lit = part ? [span, box.brackets.elements.get(part.mark.partner)].filter(Boolean) : [];
    for (const other of lit) other.classList.add("lit");
    say(part ? describe(box.brackets.characters, part.mark) : "");
  };
  const bracket = (event) => event.target.closest?.(".bracket");
  box.addEventListener("pointerover", (event) => bracket(event) && light(bracket(event)));
  box.addEventListener("pointerout", (event) => {
    if (bracket(event)) light(box.contains(document.activeElement) ? document.activeElement : null);
  });
  box.addEventListener("focusin", (event) => {
    if (!bracket(event)) return;
    for (const { span } of box.brackets.parts) span.tabIndex = span === event.target ? 0 : -1;
    light(event.target);
  });
  box.addEventListener("focusout", () => light(null));
  box.addEventListener("keydown", (event) => {
    const spans = (box.brackets?.parts ?? []).map(({ span }) => span);
    const at = spans.indexOf(event.target);
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: spans.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    spans[Math.min(Math.max(to, 0), spans.length - 1)].focus();
  });
}

// Draw what a model wrote on from a seed text; of a long one only what stands near its bracket.
function drawContinued(box, seed, text, watched, before) {
  const from = watched > before + 12 ? watched - before : 0;
  const ended = text.endsWith("\n");
  const line = ended ? text.slice(0, -1) : text;
  drawText(box, seed + line, { from, given: Array.from(seed).length, watched });
  if (!ended) return;
  const end = make("span", "paragraph-end", box, "¶");
  end.setAttribute("role", "img");
  end.setAttribute("aria-label", "the paragraph ends");
}

// The balance view. Value: {text}.
function mountBalance(element, props, watch) {
  const box = element.querySelector(".bracket-text");
  const [counted, depth, detail] = element.querySelectorAll(".bracket-sum > *");
  const spoken = element.querySelector(".unseen");
  let before = "";
  let frame = 0;
  let pause = 0;
  const say = (sentence) => {
    detail.textContent = sentence;
    depth.hidden = Boolean(sentence);
  };

  function draw() {
    frame = 0;
    const text = props.value?.text ?? "";
    const { found, unmarked } = drawText(box, text);
    const [sum, end] = summary(found);
    counted.textContent = sum;
    depth.textContent = unmarked
      ? `${end}; only the last ${MOST_MARKS.toLocaleString("en")} brackets are marked`
      : end;
    say("");
    if (text.startsWith(before)) box.scrollTop = box.scrollHeight; // typing at the end: keep it seen
    before = text;
    // Said once typing pauses: a reader that is told of each key is told nothing.
    clearTimeout(pause);
    pause = setTimeout(() => (spoken.textContent = `${sum}, ${end}.`), 700);
  }

  listen(box, say);
  watch("value", () => (frame ||= requestAnimationFrame(draw)));
  draw();
}

const HAPPENED = {
  closed: (after) => `closed after ${count(after, "character")}`,
  paragraph: (after) => `the paragraph ended after ${count(after, "character")}, still open`,
  horizon: (after) => `still open after ${count(after, "character")}`,
};

// What a model writes on, a row a temperature. Value: {phase, seed, watched, dice, rows:
// [{temperature, text, fate}]}; phase is "idle", "waiting", "writing", "written" or "stopped", text
// is what the model wrote, fate is null while nothing is decided.
function mountRows(element, props, watch) {
  const list = element.querySelector(".bracket-rows");
  const spoken = element.querySelector(".unseen");
  const rows = [];

  function row() {
    const root = make("section", "bracket-row", list);
    const made = { root, name: make("h3", "temperature", root), shown: null };
    const body = make("div", "", root);
    made.box = make("pre", "bracket-text", body);
    made.fate = make("p", "fate", body);
    listen(made.box);
    return made;
  }

  function draw() {
    const { phase = "idle", seed = "", watched = -1, rows: values = [] } = props.value ?? {};
    element.querySelector(".bracket-continued").hidden = phase === "idle";
    element.querySelector(".dim").textContent =
      phase === "waiting" ? "waiting for the model" : `one sample each, dice ${props.value?.dice}`;
    while (rows.length > values.length) rows.pop().root.remove();
    while (rows.length < values.length) rows.push(row());
    values.forEach(({ temperature, text, fate }, i) => {
      const { root, name, box, fate: line } = rows[i];
      const label = `T ${temperatureName(temperature)}`;
      name.textContent = label;
      root.setAttribute("aria-label", `Temperature ${temperatureName(temperature)}`);
      root.style.setProperty("--t", window.charlstmColours.temperatureColour(temperature));
      const whole = seed + text;
      if (rows[i].shown !== whole) {
        drawContinued(box, seed, text, watched, 60);
        rows[i].shown = whole;
      }
      const length = Array.from(text).length;
      line.textContent = fate
        ? HAPPENED[fate](length)
        : `${phase === "stopped" ? "stopped" : "writing"} after ${count(length, "character")}`;
      line.dataset.fate = fate ?? phase;
    });
    list.setAttribute("aria-busy", String(phase === "writing" || phase === "waiting"));
    spoken.textContent =
      phase === "written"
        ? rows.map(({ name, fate }) => `${name.textContent}: ${fate.textContent}.`).join(" ")
        : "";
  }

  watch("value", draw);
  draw();
}
