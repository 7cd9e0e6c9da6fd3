// Units of the model along the seed text and along its control, and the buttons that let it write
// on. Runs after control.js and lanes.js. The model reads only while this part is unfolded and
// visible. The address names the units while it is unfolded; what is held there is pressed when the
// page opens.

/**
 * @typedef {object} CellsView
 * @property {string} text
 * @property {string | null} checkpoint
 *
 * @typedef {object} CellsQuestion
 * @property {string} checkpoint
 * @property {string} text
 * @property {string} units Names with commas between; "" for the known ones.
 * @property {boolean} gates
 *
 * @typedef {object} UnitStrip
 * @property {string} unit
 * @property {number[]} own tanh(c) after each character.
 * @property {number[]} control The same of the control text, from the bracket on.
 * @property {[number, number] | null} held_at
 * @property {UnitGates | null} gates
 * @property {UnitGates | null} control_gates
 *
 * @typedef {object} Chances
 * @property {number[]} own
 * @property {number[]} control
 * @property {number[]} held
 * @property {number[]} forced
 * @property {number[]} others
 * @property {number[]} others_forced
 *
 * @typedef {object} KnownUnits
 * @property {string} units
 * @property {string} sentence
 * @property {string[]} doubts
 * @property {string} depth
 * @property {string} depth_sentence
 *
 * @typedef {object} CellsAnswer
 * @property {string} text
 * @property {string} control_text
 * @property {number | null} bracket
 * @property {string} closing
 * @property {number} warm_up
 * @property {UnitStrip[]} units
 * @property {Chances} chances
 * @property {KnownUnits} [known]
 */

const WATCH_PAUSE = 250; // ms without a key before the model reads

function meanOf(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

// The values of the whole control text: up to the bracket it is the text itself.
function alongControl(own, control, bracket) {
  return [...own.slice(0, bracket), ...control];
}

// The lanes of a reading: of each unit for the text, and below it for the control.
/**
 * @param {CellsAnswer} answer
 * @param {string} open The open bracket.
 * @param {string} instead What stands for it in the control text.
 */
function readLanes({ units, bracket }, open, instead) {
  return units.flatMap(({ unit, own, control, gates, control_gates }) => {
    const first = { unit, name: bracket === null ? "" : phrase("brackets.cells.with", { bracket: open }), values: own };
    const lanes = withGates({ ...first, kind: "own" }, gates);
    if (bracket === null) return lanes;
    const values = alongControl(own, control, bracket);
    const of = (gate) => alongControl(gates[gate], control_gates[gate], bracket);
    const ofGates = gates && { input: of("input"), forget: of("forget"), output: of("output") };
    const second = { unit: "", name: phrase("brackets.cells.with", { bracket: instead }), values };
    return [...lanes, ...withGates({ ...second, kind: "control" }, ofGates)];
  });
}

/** @param {Component<CellsView, { watch_units: Served<CellsQuestion, CellsAnswer> }>} component */
function mountCells({ element, props, watch, server, trigger }) {
  const part = (name) => element.querySelector(`.cells-${name}`);
  const [fold, drawn] = [part("fold"), part("drawn")];
  const box = element.querySelector(".cells-choose input");
  const gates = element.querySelector(".cells-gates input");
  const strip = stripView(part("strip"), phrase("brackets.cells.strip"), sentence);
  /** @type {(CellsAnswer & { characters: string[], instead: string, checkpoint: string }) | null} */
  let shown = null;
  let of = null; // the checkpoint whose units the box names
  let toPress = null; // what a link holds, until its units are watched

  // ---- the model's answers ----

  const ask = asker(WATCH_PAUSE, server.watch_units, (answer, question) => {
    drawn.classList.remove("late");
    part("sorry").textContent = answer.error ?? "";
    if (answer.error) return show(null);
    of = question.checkpoint;
    if (!question.units) box.value = answer.units.map(({ unit }) => unit).join(", ");
    keep();
    tell(answer.known);
    const characters = Array.from(answer.text);
    const instead = Array.from(answer.control_text)[answer.bracket ?? 0];
    show({ ...answer, characters, instead, checkpoint: question.checkpoint });
    if (toPress) press(toPress);
    toPress = null;
  });

  function want() {
    const { text, checkpoint } = props.value;
    if (!fold.open || !element.clientWidth) return;
    if (!text || checkpoint === null) {
      part("sorry").textContent = "";
      return show(null);
    }
    if (of !== null && checkpoint !== of) box.value = "";
    drawn.classList.add("late");
    ask({ checkpoint, text, units: box.value, gates: gates.checked });
  }

  // What is known about the model's units, and buttons that watch them.
  /** @param {KnownUnits | undefined} known */
  function tell(known) {
    part("said").textContent = known
      ? joined([known.sentence, known.depth_sentence])
      : phrase("brackets.cells.not_measured");
    const doubts = part("doubts");
    doubts.hidden = !known?.doubts.length;
    doubts.querySelector("ul").replaceChildren();
    for (const doubt of known?.doubts ?? []) make("li", "", doubts.querySelector("ul"), doubt);
    for (const [button, units] of [
      [part("known"), known?.units],
      [part("depth"), known?.depth],
    ]) {
      button.hidden = !units || units === box.value;
      button.textContent = phrase("brackets.cells.watch", { units });
      button.onclick = () => {
        box.value = units;
        changed();
      };
    }
  }

  /** @param {typeof shown} answer */
  function show(answer) {
    shown = answer;
    drawn.hidden = !shown;
    if (!shown) return strip.show(null);
    const { characters, bracket, instead, warm_up } = shown;
    const before = phrase("brackets.n.characters", { n: warm_up });
    part("title").textContent =
      bracket === null
        ? phrase("brackets.cells.read", { before })
        : phrase("brackets.cells.read_control", { before, instead });
    part("means").textContent = meansSentence();
    offer();
    const lanes = readLanes(shown, characters[bracket ?? 0], instead);
    strip.show({ characters, marked: bracket, given: characters.length, lanes });
  }

  function meansSentence() {
    const { bracket, instead, units } = shown;
    if (bracket === null) return phrase("brackets.cells.no_bracket");
    const each = units.map(({ unit, own, control }) => {
      const [inside, outside] = [meanOf(own.slice(bracket)), meanOf(control)].map(signed);
      return phrase("brackets.cells.mean", { unit, inside, outside, instead });
    });
    return phrase("brackets.cells.means", { each: each.join(phrase("brackets.cells.join")) });
  }

  function sentence(at) {
    const { characters, bracket, closing, instead, units, chances } = shown;
    const compared = bracket !== null && at >= bracket;
    const each = units.map(({ unit, own, control, gates: of }) => {
      const told = { unit, value: signed(own[at]), instead };
      const values = compared
        ? phrase("brackets.cells.value_control", { ...told, other: signed(control[at - bracket]) })
        : phrase("brackets.cells.value", told);
      return `${values}${gateWords(of, at)}`;
    });
    const own = { chance: percent(chances.own[at]), instead };
    const chance = compared
      ? phrase("brackets.cells.chance_control", { ...own, other: percent(chances.control[at - bracket]) })
      : own.chance;
    const seen = endAt(characters, at);
    const listed = each.join(phrase("brackets.cells.join"));
    return phrase("brackets.cells.sentence", { seen, each: listed, closing, chance });
  }

  // ---- writing on ----

  function offer() {
    const { bracket, instead, closing, characters, units } = shown;
    part("take").hidden = bracket === null || !units.length;
    if (part("take").hidden) return;
    const told = { n: units.length, name: controlName(instead), bracket: characters[bracket], closing };
    const [comma, open] = [part("comma"), part("open")];
    comma.textContent = phrase("brackets.cells.hold", told);
    comma.nextElementSibling.textContent = phrase("brackets.cells.hold_about", told);
    open.textContent = phrase("brackets.cells.other_way", told);
    open.nextElementSibling.textContent = phrase("brackets.cells.other_about", told);
  }

  // Lets the model write on: "none", "comma" or "open" as in `Taken`.
  function press(taken) {
    const { checkpoint, text } = props.value; // which the strips may not have reached yet
    charlstmLink.set({ hold: taken });
    trigger("submit", { checkpoint, text, units: box.value, gates: gates.checked, taken });
  }

  for (const [name, taken] of [["go-on", "none"], ["comma", "comma"], ["open", "open"]]) {
    part(name).addEventListener("click", () => press(taken));
  }

  // ---- the address ----

  function keep() {
    charlstmLink.set({
      units: fold.open ? box.value : null,
      gates: fold.open && gates.checked ? "true" : null,
      ...(fold.open ? {} : { hold: null }),
    });
  }

  // The controls of this part have changed: what was held is another question's.
  function changed() {
    charlstmLink.set({ hold: null });
    keep();
    want();
  }

  function arrive() {
    const units = charlstmLink.arrived("units");
    if (units === null) return;
    box.value = units;
    gates.checked = charlstmLink.arrived("gates") === "true";
    const hold = charlstmLink.arrived("hold");
    toPress = ["none", "comma", "open"].includes(hold) ? hold : null;
    fold.open = true;
  }

  const copied = part("link").firstElementChild;
  linkButton(part("link"), (words) => (copied.textContent = words), copied);
  box.addEventListener("input", () => box.value.trim() && changed());
  gates.addEventListener("change", changed);
  fold.addEventListener("toggle", () => {
    keep();
    want();
  });
  // Elsewhere on the page a unit was pressed, to be watched here.
  element.querySelector(".cells").addEventListener("watch-units", (/** @type {CustomEvent} */ { detail }) => {
    box.value = detail;
    of = props.value.checkpoint;
    if (fold.open) changed();
    fold.open = true; // which makes it ask, if it was shut
    element.scrollIntoView({ block: "start", behavior: "smooth" });
  });
  let width = 0;
  new ResizeObserver(() => {
    if (element.clientWidth === width) return;
    if (!width) want(); // the tab became visible; the text may have changed
    width = element.clientWidth;
    strip.draw();
  }).observe(element);
  watch("value", () => {
    const { text, checkpoint } = props.value;
    const same = text === shown?.text && checkpoint === shown.checkpoint;
    if (shown && !same) charlstmLink.set({ hold: null });
    want();
  });
  charlstmLink.whenOpen(arrive);
}
