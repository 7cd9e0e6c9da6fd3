// The tally: for each source a dot and its interval, all browsers above this one, and the same
// figures as a table.

/**
 * @typedef {object} BlindCount
 * @property {number | null} source A temperature, or null for the real text.
 * @property {number} picked
 * @property {[number, number]} interval
 *
 * @typedef {object} TallyCounts
 * @property {number} rounds
 * @property {number} browsers
 * @property {BlindCount[]} picks
 *
 * @typedef {object} BlindTally
 * @property {"idle" | "empty" | "counted"} phase
 * @property {string} called
 * @property {number} [dice] Of the one round that is counted, which many browsers answer.
 * @property {string[]} said
 * @property {TallyCounts} [everyone]
 * @property {TallyCounts} [own]
 */

/** @param {Component<BlindTally>} component */
function mountTally({ element, props, watch }) {
  const part = (name) => element.querySelector(`.${name}`);
  const copied = element.querySelector(".text-buttons .dim");
  linkButton(copied.parentElement, (words) => (copied.textContent = words), copied, () => ({ panel: "blind" }));
  const name = (source) => (source === null ? phrase("temperature.blind.real_text") : `T ${temperatureName(source)}`);

  /** @param {BlindTally} tally */
  function drawRates({ everyone, own, dice }) {
    const box = part("blind-rates");
    box.replaceChildren();
    const at = (rate) => `${2 + 96 * rate}%`;
    everyone.picks.forEach(({ source, picked, interval }, i) => {
      const row = make("div", "rate-row", box);
      const colour =
        source === null ? "var(--ink)" : charlstmColours.temperatureColour(source);
      row.style.setProperty("--t", colour);
      make("span", "source", row, name(source));
      const svg = shape("svg", { width: "100%", height: 40, "aria-hidden": "true" }, row);
      for (const rate of [0, 0.5, 1]) {
        shape("line", { class: "grid", x1: at(rate), x2: at(rate), y1: 0, y2: 40 }, svg);
      }
      const chance = at(1 / everyone.picks.length);
      shape("line", { class: "chance", x1: chance, x2: chance, y1: 0, y2: 40 }, svg);
      const dot = (className, cy, r, picked, rounds, [low, high]) => {
        shape("line", { class: className, x1: at(low), x2: at(high), y1: cy, y2: cy }, svg);
        shape("circle", { class: className, cx: at(picked / rounds), cy, r }, svg);
      };
      dot("everyone", 14, 5.5, picked, everyone.rounds, interval);
      const mine = own.picks[i];
      if (mine) dot("own", 29, 4.5, mine.picked, own.rounds, mine.interval);
      const all = { picked, rounds: everyone.rounds };
      const words = make("span", "words", row, phrase("temperature.blind.of", all));
      const here = mine
        ? phrase("temperature.blind.here", { picked: mine.picked, rounds: own.rounds })
        : phrase("temperature.blind.here_none");
      make("span", "dim", words, here);
    });
    const axis = make("div", "rate-row axis", box);
    make("span", "", axis);
    const ticks = make("span", "ticks", axis);
    for (const rate of [0, 0.5, 1]) make("span", "", ticks, percent(rate)).style.left = at(rate);
    make("span", "", axis);
    const key = make("p", "dim key", box);
    const rate = { rate: percent(1 / everyone.picks.length) };
    const words =
      dice === undefined
        ? phrase("temperature.blind.key_rounds", rate)
        : phrase("temperature.blind.key_browsers", rate);
    termed(key, words);
  }

  /** @param {BlindTally} tally */
  function drawTable({ everyone, own }) {
    const table = element.querySelector("table");
    table.replaceChildren();
    make("caption", "", table, phrase("temperature.blind.caption"));
    const head = make("tr", "", make("thead", "", table));
    const body = make("tbody", "", table);
    /** @type {Below<"temperature.blind.column">[]} */
    const titles = ["text", "all", "interval", "own", "interval"];
    for (const title of titles) {
      make("th", "", head, phrase(`temperature.blind.column.${title}`)).scope = "col";
    }
    everyone.picks.forEach((pick, i) => {
      const row = make("tr", "", body);
      make("th", "", row, name(pick.source)).scope = "row";
      for (const { counted, rounds } of [
        { counted: pick, rounds: everyone.rounds },
        { counted: own.picks[i], rounds: own.rounds },
      ]) {
        make("td", "", row, counted ? phrase("temperature.blind.of", { picked: counted.picked, rounds }) : "—");
        const [low, high] = counted?.interval ?? [];
        make("td", "", row, counted ? phrase("components.span", { low: percent(low), high: percent(high) }) : "—");
      }
    });
  }

  function draw() {
    const value = props.value;
    const { phase } = value;
    element.querySelector("section").hidden = phase === "idle";
    if (phase === "idle") return;
    const { called, dice } = value;
    part("blind-of").textContent =
      dice === undefined
        ? phrase("temperature.blind.of_rounds", { checkpoint: called })
        : phrase("temperature.blind.of_round", { dice: String(dice) });
    termed(part("blind-sum"), joined(value.said));
    part("blind-rates").hidden = part("blind-table").hidden = phase === "empty";
    if (phase === "empty") return;
    drawRates(value);
    drawTable(value);
  }

  watch("value", draw);
  draw();
}
