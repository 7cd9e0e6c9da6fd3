// The continuations of a seed text, a row for each temperature. Runs after components/waiting.js.

/**
 * @typedef {"closed" | "line" | "horizon"} Fate
 *
 * @typedef {object} ContinuedRow
 * @property {number} temperature
 * @property {string} text What the model wrote.
 * @property {Fate | null} fate Null while undecided.
 *
 * @typedef {object} Rows
 * @property {"idle" | "waiting" | "writing" | "written" | "stopped"} phase
 * @property {string} seed
 * @property {number} watched
 * @property {number} [dice]
 * @property {ContinuedRow[]} rows
 */

// What became of a sample after so many characters.
/**
 * @param {Fate} fate
 * @param {number} after
 */
function happened(fate, after) {
  return phrase(`brackets.fate.${fate}`, { far: phrase("brackets.n.characters", { n: after }) });
}

/** @param {Component<Rows>} component */
function mountRows({ element, props, watch }) {
  const list = element.querySelector(".bracket-rows");
  const spoken = element.querySelector(".unseen");
  const linked = element.querySelector(".rows-link");
  const copied = linked.firstElementChild;
  linkButton(linked, (words) => (copied.textContent = words), copied);
  const arrive = answerIn(element.querySelector(".bracket-continued"));
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
    const { phase, seed, watched, dice, rows: values } = props.value;
    arrive(phase);
    element.querySelector(".bracket-continued").hidden = phase === "idle";
    element.querySelector("h2 .dim").textContent =
      phase === "waiting"
        ? phrase("brackets.taken.waiting")
        : phrase("brackets.rows.about", { dice: String(dice) });
    while (rows.length > values.length) rows.pop().root.remove();
    while (rows.length < values.length) rows.push(row());
    values.forEach(({ temperature, text, fate }, i) => {
      const { root, name, box, fate: line } = rows[i];
      const label = `T ${temperatureName(temperature)}`;
      name.textContent = label;
      root.setAttribute("aria-label", phrase("brackets.rows.temperature", { at: temperatureName(temperature) }));
      root.style.setProperty("--t", charlstmColours.temperatureColour(temperature));
      const whole = seed + text;
      if (rows[i].shown !== whole) {
        drawContinued(box, seed, text, watched, 60);
        rows[i].shown = whole;
      }
      const length = Array.from(text).length;
      const far = phrase("brackets.n.characters", { n: length });
      if (fate) line.textContent = happened(fate, length);
      else if (phase === "stopped") line.textContent = phrase("brackets.rows.stopped", { far });
      else line.textContent = phrase("brackets.rows.writing", { far });
      line.dataset.fate = fate ?? phase;
    });
    list.setAttribute("aria-busy", String(phase === "writing" || phase === "waiting"));
    spoken.textContent =
      phase === "written"
        ? joined(rows.map(({ name, fate }) => toldOf(name, fate)))
        : "";
  }

  watch("value", draw);
  draw();
}
