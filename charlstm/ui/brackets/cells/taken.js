// What the model writes on, the units along it, and what it writes with units held: two texts on the
// same dice, each with its strip. Runs after components/waiting.js, brackets/marks.js,
// control.js and lanes.js.

/**
 * @typedef {"none" | "comma" | "open"} Taken Which values are held in which text: none; the control's
 * in the text; the text's in the control.
 *
 * @typedef {object} UnitAlong
 * @property {string} unit
 * @property {number[]} own tanh(c) after each character from `first` on.
 * @property {UnitGates | null} gates
 *
 * @typedef {object} Continued
 * @property {string} text
 * @property {boolean} control
 * @property {boolean} held
 * @property {string} written
 * @property {number} first
 * @property {UnitAlong[]} units
 * @property {number[]} chances
 *
 * @typedef {object} HeldChances
 * @property {number} before
 * @property {number} after
 * @property {number | null} random
 *
 * @typedef {object} HeldWriting
 * @property {"idle" | "waiting" | "writing" | "written" | "stopped"} phase
 * @property {string} checkpoint
 * @property {string} text
 * @property {number} [bracket]
 * @property {string} closing
 * @property {string} instead
 * @property {string[]} units
 * @property {Taken} taken
 * @property {number} length
 * @property {number} temperature
 * @property {number} dice
 * @property {HeldChances} [chances]
 * @property {Continued[]} continued
 */

// A chance in per cent, to two digits where it is small: a hold divides small chances too.
function smallChance(chance) {
  if (chance >= 0.001) return percent(chance);
  return chance < 1e-8 ? "< 0.000001 %" : `${(100 * chance).toFixed(12).replace(/(\.0*\d\d).*/, "$1")} %`;
}

// What happened to the bracket so far, or in a control what came from nowhere.
/**
 * @param {HeldWriting} value
 * @param {Continued} continued
 */
function fateOf({ bracket, closing }, { text, control, written }) {
  const typed = Array.from(text).length;
  const { pairs, strays } = scan(Array.from(text + written));
  const characters = (n) => phrase("brackets.n.characters", { n });
  const after = (place) => characters(place + 1 - typed);
  const far = characters(Array.from(written).length);
  if (control) {
    const all = Array.from(text + written);
    const stray = strays.find((at) => at >= typed && all[at] === closing);
    return stray === undefined
      ? phrase("brackets.taken.none", { closing, far })
      : phrase("brackets.taken.nowhere", { closing, far: after(stray) });
  }
  if (bracket === undefined) return phrase("brackets.taken.written", { far });
  const pair = pairs.find(([opening]) => opening === bracket);
  return pair ? phrase("brackets.fate.closed", { far: after(pair[1]) }) : phrase("brackets.fate.horizon", { far });
}

// A text that is written on, with its strip. Returns {root, draw, redraw}.
function continuedView(list) {
  const root = make("section", "cells-text", list);
  const name = make("h3", "", root);
  const box = make("pre", "bracket-text", root);
  const fate = make("p", "fate", root);
  const strip = stripView(make("div", "cells-strip", root), phrase("brackets.taken.position"), words);
  listen(box);
  let characters = [];
  /** @type {Continued | null} */
  let shown = null;
  let closing = "";
  let phase = "";

  function words(at) {
    const { units, chances, held } = shown;
    const each = units
      .map(({ unit, own, gates }) => `${unit} ${signed(own[at])}${gateWords(gates, at)}`)
      .join(phrase("brackets.cells.join"));
    let told = "";
    if (units.length && held) told = phrase("brackets.taken.told_held", { each });
    else if (units.length) told = phrase("brackets.taken.told", { each });
    const [seen, chance] = [endAt(characters, at), percent(chances[at])];
    return phrase("brackets.taken.sentence", { seen, told, closing, chance });
  }

  /**
   * @param {HeldWriting} value
   * @param {Continued} continued
   * @param {string} title
   */
  function draw(value, continued, title) {
    shown = continued;
    closing = value.closing;
    const { text, control, held, written, first, units } = continued;
    name.textContent = title;
    const typed = Array.from(text).length;
    drawContinued(box, text, written, value.bracket ?? -1, 60);
    fate.textContent = fateOf(value, continued);
    characters = Array.from(text + written).slice(first);
    const marked = value.bracket === undefined ? null : value.bracket - first;
    const lanes = units.flatMap(({ unit, own, gates }) =>
      withGates(
        {
          unit,
          name: held ? phrase("brackets.taken.held") : "",
          values: own,
          kind: control ? "control" : "own",
          ...(held ? { since: marked } : {}),
        },
        gates,
      ),
    );
    strip.show({ characters, marked, given: typed - first, lanes });
    // While it is written its end is in view; then the bracket is.
    if (value.phase === "written" && phase !== "written") strip.toStart();
    phase = value.phase;
  }

  return { root, draw, redraw: strip.draw, told: () => toldOf(name, fate) };
}

/** @param {Component<HeldWriting>} component */
function mountTaken({ element, props, watch, trigger }) {
  const card = element.querySelector("section");
  const part = (name) => element.querySelector(`.cells-${name}`);
  const [title, about] = element.querySelectorAll("h2 span");
  const [foot, spoken] = [element.querySelector(".foot"), element.querySelector(".unseen")];
  const list = part("texts");
  const views = [];
  const arrive = answerIn(card);

  const named = ({ units }) => phrase("brackets.taken.units", { n: units.length, units: enumerated(units) });

  /** @param {HeldWriting} value */
  function headline(value) {
    if (value.taken === "none") return phrase("brackets.taken.on");
    const told = { n: value.units.length, units: named(value), name: controlName(value.instead) };
    return value.taken === "comma"
      ? phrase("brackets.taken.hold", told)
      : phrase("brackets.taken.forced", told);
  }

  /** @param {HeldWriting} value */
  function effect(value) {
    const { chances, closing, taken } = value;
    if (!chances) return "";
    const { before, after, random } = chances;
    const text =
      taken === "comma"
        ? phrase("brackets.taken.the_text")
        : phrase("brackets.taken.control_text", { name: controlName(value.instead) });
    const told = {
      text,
      closing,
      before: smallChance(before),
      units: named(value),
      after: smallChance(after),
    };
    return random === null
      ? phrase("brackets.taken.effect", told)
      : phrase("brackets.taken.effect_random", { ...told, random: smallChance(random) });
  }

  /**
   * @param {HeldWriting} value
   * @param {Continued} continued
   */
  function nameOf(value, { control, held }) {
    if (held) return phrase("brackets.taken.with_hold");
    if (value.taken !== "none") return phrase("brackets.taken.without");
    return control
      ? phrase("brackets.taken.instead", { instead: value.instead })
      : phrase("brackets.taken.text");
  }

  function draw() {
    /** @type {HeldWriting} */
    const value = props.value;
    const { phase, taken, temperature, dice, continued } = value;
    const waits = phase === "waiting";
    arrive(phase);
    card.hidden = phase === "idle";
    card.setAttribute("aria-busy", String(waits || phase === "writing"));
    if (card.hidden) return;
    title.textContent = waits ? phrase("brackets.taken.on") : headline(value);
    about.textContent = waits
      ? phrase("brackets.taken.waiting")
      : phrase("brackets.taken.at", { at: temperatureName(temperature), dice: String(dice) });
    foot.hidden = part("count").hidden = waits || taken === "none";
    foot.textContent = phrase("brackets.taken.foot");
    part("effect").hidden = list.hidden = waits;
    if (waits) return;
    quoting(part("effect"), effect(value));
    while (views.length > continued.length) views.pop().root.remove();
    while (views.length < continued.length) views.push(continuedView(list));
    continued.forEach((one, i) => views[i].draw(value, one, nameOf(value, one)));
    spoken.textContent = phase === "written" ? joined(views.map((view) => view.told())) : "";
  }

  part("count").addEventListener("click", () => {
    const { checkpoint, text, units, closing, instead } = props.value;
    trigger("submit", { checkpoint, text, units: units.join(","), closing, instead });
  });
  let width = 0;
  new ResizeObserver(() => {
    if (element.clientWidth === width) return;
    width = element.clientWidth;
    for (const view of views) view.redraw();
  }).observe(element);
  watch("value", draw);
  draw();
}
