// Brackets in the browser: the stack scan and the text with marked brackets. Texts come from a
// person and a model, so they enter the page as text nodes only.

const CLOSING = { "(": ")", "[": "]", "{": "}" };
const OPENING = { ")": "(", "]": "[", "}": "{" };
const MOST_MARKS = 2000; // only the last brackets of a text are elements of their own
const DEPTH_COLOURS = 3;

// The rule of charlstm/text/brackets.py: a closing bracket pairs with the innermost open one if
// their kinds agree, otherwise it is a stray and changes nothing. Takes an array of characters
// (Array.from of a string), so that indices are the same as in Python.
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

// All brackets of a scan as marks {at, depth, partner or kind}, in reading order.
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
  const told = { bracket: characters[at], at: at + 1, depth, other: (partner ?? -1) + 1 };
  if (kind === "stray") return phrase("brackets.mark.unmatched", told);
  if (kind === "unclosed") return phrase("brackets.mark.unclosed", told);
  return partner > at ? phrase("brackets.mark.opens", told) : phrase("brackets.mark.closes", told);
}

// Fills a box with a text and marks its brackets. Only brackets become elements; the text between
// two of them is one text node.
//   from     index of the first character drawn, after an ellipsis (the scan is of the whole text)
//   given    number of characters that a person typed; a model wrote the rest
//   watched  index of the watched bracket: it and its partner are framed
function drawText(box, text, { from = 0, given = Infinity, watched = -1 } = {}) {
  const characters = Array.from(text);
  const scanned = scan(characters);
  const all = marksOf(scanned);
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
  return { scanned, unmarked: from > 0 ? 0 : all.length - marks.length };
}

// Outlines a bracket and its partner on hover and focus, and moves from bracket to bracket with the
// arrow keys; the whole text is one tab stop. `say` is called with a sentence on the bracket, or "".
function listen(box, say = (_sentence) => {}) {
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

// Draws a seed text and its continuation; a long seed text only from `before` characters before its
// watched bracket on.
function drawContinued(box, seed, text, watched, before) {
  const from = watched > before + 12 ? watched - before : 0;
  const ended = text.endsWith("\n");
  const line = ended ? text.slice(0, -1) : text;
  drawText(box, seed + line, { from, given: Array.from(seed).length, watched });
  if (!ended) return;
  const end = make("span", "line-end", box, "¶");
  end.setAttribute("role", "img");
  end.setAttribute("aria-label", phrase("brackets.mark.line_end"));
}

// A continuation in a sentence: the elements hold its name, and what happened to its bracket.
function toldOf(name, fate) {
  return fullStop(withLabel(name.textContent, fate.textContent));
}
