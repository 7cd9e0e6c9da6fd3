// Units along a text: a row of letters, and below it bars from -1 to 1 for each unit and, if asked
// for, from 0 to 1 for its gates; a sentence tells the numbers at the chosen character. Runs after
// components/parts.js.

/**
 * @typedef {{ input: number[], forget: number[], output: number[] }} UnitGates
 *
 * @typedef {object} Lane
 * @property {string} unit Its name, "" for a further lane of the same unit.
 * @property {string} name What else stands beside the lane.
 * @property {number[]} values After each character.
 * @property {boolean} gate Whether its least value is 0, not -1.
 * @property {"own" | "control"} kind Whose values they are: the text's or its control's.
 * @property {number} [since] Index from which on they are the other one's.
 *
 * @typedef {object} Along
 * @property {string[]} characters
 * @property {number | null} marked Index of the character that is set off.
 * @property {number} given Number of characters that a person typed; a model wrote the rest.
 * @property {Lane[]} lanes From top to bottom.
 */

const CELLS = { least: 9, most: 14, lane: 44, gate: 16, gap: 5, between: 14, letters: 22 }; // px
const LETTER_SHAPES = { "\n": "¶", "\t": "⇥", " ": "\u00a0" };
const GATES = /** @type {const} */ (["input", "forget", "output"]);
const OTHER = { own: "control", control: "own" };

function signed(value) {
  return value.toFixed(2).replace("-", "−");
}

// The end of the text up to a character, as sentences quote it.
function endAt(characters, at) {
  const seen = characters.slice(Math.max(0, at - 15), at + 1).join("").replaceAll("\n", "¶");
  return `${at > 15 ? "…" : ""}${seen}`;
}

/** @param {keyof UnitGates} name */
function gateName(name) {
  return phrase(`brackets.cells.gate.${name}`);
}

// ", input gate 0.12, …" at one character; "" without gates.
function gateWords(gates, at) {
  const told = (/** @type {keyof UnitGates} */ name) => ({ gate: gateName(name), value: signed(gates[name][at]) });
  return gates ? GATES.map((name) => phrase("brackets.cells.gate_value", told(name))).join("") : "";
}

// The lane of a unit, and those of its gates.
/**
 * @param {Omit<Lane, "gate">} lane
 * @param {UnitGates | null} gates
 * @returns {Lane[]}
 */
function withGates(lane, gates) {
  const ofGates = (gates ? GATES : []).map((gate) => ({
    ...lane,
    unit: "",
    name: gateName(gate),
    values: gates[gate],
    gate: true,
  }));
  return [{ ...lane, gate: false }, ...ofGates];
}

// The lanes with their places, {lane, y, height}, and the height of all.
/** @param {Lane[]} lanes */
function placed(lanes) {
  let y = CELLS.letters;
  const rows = lanes.map((lane, i) => {
    if (i && lane.unit) y += CELLS.between;
    const height = lane.gate ? CELLS.gate : CELLS.lane;
    const row = { lane, y, height };
    y += height + CELLS.gap;
    return row;
  });
  return { rows, height: y };
}

// One path of the bars of a lane from one character to another, each from zero.
function barsOf({ lane, y, height }, pitch, from, to) {
  const least = lane.gate ? 0 : -1;
  const at = (value) => y + (height * (1 - value)) / (1 - least);
  return lane.values
    .slice(from, to)
    .map((value, i) => `M${(from + i) * pitch + 0.5} ${at(0)}h${pitch - 1}V${at(value)}h${1 - pitch}z`)
    .join("");
}

/**
 * @param {SVGElement} svg
 * @param {Along} along
 * @param {number} pitch CSS pixels of a character.
 */
function drawLanes(svg, { characters, marked, given, lanes }, pitch) {
  const { rows, height } = placed(lanes);
  const width = pitch * characters.length;
  svg.replaceChildren();
  svg.setAttribute("width", String(width));
  svg.setAttribute("height", String(height));
  shape("rect", { class: "place", x: 0, y: 0, width: pitch, height }, svg);
  // One element for all letters that are set alike: one x for each UTF-16 unit, as SVG counts them.
  const letters = (kind, from, to) => {
    const some = characters.slice(from, to);
    const x = some.flatMap((c, i) => Array(c.length).fill((from + i + 0.5) * pitch));
    const set = some.map((c, i) => (from + i === marked ? "\u00a0" : (LETTER_SHAPES[c] ?? c)));
    if (some.length) shape("text", { class: kind, x: x.join(" "), y: CELLS.letters - 7 }, svg, set.join(""));
  };
  letters("given", 0, given);
  letters("written", given, characters.length);
  if (marked !== null) {
    const place = { class: "watched", x: (marked + 0.5) * pitch, y: CELLS.letters - 7 };
    shape("text", place, svg, characters[marked]);
  }
  for (const row of rows) {
    const { lane, y, height: tall } = row;
    const zero = y + (lane.gate ? tall : tall / 2);
    shape("line", { class: "grid", x1: 0, x2: width, y1: zero, y2: zero }, svg);
    const since = lane.since ?? lane.values.length;
    const bars = (kind, from, to) => {
      if (from >= to) return;
      shape("path", { class: `${kind}${lane.gate ? " gate" : ""}`, d: barsOf(row, pitch, from, to) }, svg);
    };
    bars(lane.kind, 0, since);
    bars(OTHER[lane.kind], since, lane.values.length);
  }
  if (given < characters.length) {
    const x = given * pitch;
    shape("line", { class: "seam", x1: x, x2: x, y1: 2, y2: height }, svg);
  }
}

// Writes the names of the lanes beside them.
function drawGutter(gutter, lanes) {
  const { rows, height } = placed(lanes);
  gutter.replaceChildren();
  gutter.style.height = `${height}px`;
  for (const { lane, y, height: tall } of rows) {
    const label = make("div", "", gutter);
    label.style.top = `${y}px`;
    label.style.height = `${tall}px`;
    if (lane.unit) make("b", "", label, lane.unit);
    if (lane.name) make("span", "dim", label, lane.name);
  }
}

// Makes a strip in an element. Returns {show, draw, toStart}: `show` takes what lies along the text,
// or null for nothing; `draw` draws it again, in another width; `toStart` scrolls back.
//   label       names the text for screen readers
//   words(at)   the sentence on the character at an index
/**
 * @param {HTMLElement} root
 * @param {string} label
 * @param {(at: number) => string} words
 */
function stripView(root, label, words) {
  const lanes = make("div", "cells-lanes", root);
  const gutter = make("div", "cells-gutter", lanes);
  const scroll = make("div", "cells-scroll", lanes);
  const place = make("p", "cells-place", root);
  const svg = shape("svg", { "aria-hidden": "true" }, scroll);
  asSlider(scroll, label);
  /** @type {Along | null} */
  let shown = null;

  const last = () => (shown ? shown.characters.length - 1 : -1);
  const pitch = () => pitchIn(scroll, shown.characters.length, CELLS);
  const chosen = placeChooser(scroll, { last, pitch, moved });

  function draw() {
    if (!shown || !scroll.clientWidth) return;
    drawGutter(gutter, shown.lanes);
    drawLanes(svg, shown, pitch());
    point();
  }

  function point() {
    svg.querySelector(".place")?.setAttribute("x", String(chosen() * pitch()));
  }

  function moved() {
    const [at, sentence] = [chosen(), words(chosen())];
    quoting(place, sentence);
    sayPlace(scroll, at, last(), phrase("brackets.at_character", { n: at + 1, sentence }));
    point();
  }

  /** @param {Along | null} along */
  function show(along) {
    const atEnd = scroll.scrollLeft + scroll.clientWidth >= scroll.scrollWidth - 2;
    shown = along;
    root.hidden = !shown;
    if (!shown) return;
    draw();
    if (atEnd) scroll.scrollLeft = scroll.scrollWidth; // the end stays visible while it grows
    moved();
  }

  const toStart = () => (scroll.scrollLeft = 0);

  return { show, draw, toStart };
}
