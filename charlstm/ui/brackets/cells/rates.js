// Closing rates with units held and without, and those of strays after the control. Runs after
// brackets/probe/chart.js, control.js and components/waiting.js.

/**
 * @typedef {object} Difference
 * @property {number} rate
 * @property {[number, number]} interval
 * @property {number} both
 * @property {number} asked_only
 * @property {number} control_only
 *
 * @typedef {object} EventRate
 * @property {number} count
 * @property {[number, number] | null} interval
 * @property {Difference | null} change
 *
 * @typedef {object} RateRow
 * @property {EventRate} closed
 * @property {EventRate} strays
 *
 * @typedef {object} HeldRates
 * @property {number} samples
 * @property {number} characters
 * @property {number} decided
 * @property {number} streams
 * @property {RateRow[]} rows Without a hold, with the units held, with the others held.
 * @property {boolean} done
 *
 * @typedef {object} HeldCounts
 * @property {"idle" | "waiting" | "asking" | "done" | "stopped"} phase
 * @property {string} units
 * @property {string} closing
 * @property {string} instead
 * @property {number} temperature
 * @property {number} horizon
 * @property {number} dice
 * @property {boolean} across_lines
 * @property {number} [seconds_left]
 * @property {HeldRates} [rates]
 */

/** @param {Component<HeldCounts, { place_in_line: Served<LineQuestion, LinePlace> }>} component */
function mountRates({ element, props, watch, server, trigger }) {
  const card = element.querySelector("section");
  const [about, said] = [element.querySelector("h2 .dim"), element.querySelector(".cells-counted")];
  const [dots, key] = [element.querySelector(".dots"), element.querySelector(".probe-key")];
  const [stop, spoken] = [element.querySelector("button"), element.querySelector(".unseen")];

  const arrive = answerIn(card);
  const waiting = waitingIn(server, () => props.value.phase === "waiting", draw);

  const points = (share) => (100 * share).toFixed(0).replace("-", "−");

  // "20 of 100 (13 to 29 %), 61 points fewer (49 to 71)".
  /** @param {EventRate} rate */
  function told({ count: some, interval, change }, samples) {
    const own = phrase("brackets.rates.told", { n: some, of: samples, interval: span(interval) });
    if (!change) return own;
    const [low, high] = change.interval;
    if (low <= 0 && high >= 0) return phrase("brackets.rates.no_change", { own });
    const reach = (change.rate < 0 ? [-high, -low] : [low, high]).map(points);
    const by = { own, points: points(Math.abs(change.rate)), low: reach[0], high: reach[1] };
    return change.rate < 0 ? phrase("brackets.rates.fewer", by) : phrase("brackets.rates.more", by);
  }

  // One sentence while samples are drawn; then one on the text, and one on its control.
  /** @param {HeldCounts} value */
  function sentences(value) {
    const { phase, units, closing, horizon, seconds_left: left, rates: drawn } = value;
    if (phase === "waiting") return [waiting()];
    const { characters, decided, streams, samples, rows } = drawn;
    if (phase !== "done") {
      const far = phrase("brackets.far", {
        characters,
        most: phrase("brackets.n.characters", { n: horizon }),
        decided,
        samples: phrase("brackets.n.samples", { n: streams }),
      });
      if (phase === "stopped") return [phrase("brackets.stopped", { far })];
      return [
        left === undefined
          ? phrase("brackets.asking", { far })
          : phrase("brackets.asking_left", { far, seconds: left }),
      ];
    }
    const [free, held, random] = rows;
    const n = units.split(",").length;
    const what = { n, units: phrase("brackets.taken.units", { n, units }), name: controlName(value.instead), closing };
    const rates = (/** @type {"closed" | "strays"} */ kind) => ({
      ...what,
      free: told(free[kind], samples),
      held: told(held[kind], samples),
    });
    const ended = (sentence, /** @type {"closed" | "strays"} */ kind) =>
      random
        ? phrase("brackets.rates.end_random", { sentence, random: told(random[kind], samples) })
        : phrase("brackets.rates.end", { sentence });
    return [
      ended(phrase("brackets.rates.closed", rates("closed")), "closed"),
      ended(phrase("brackets.rates.forced", rates("strays")), "strays"),
    ];
  }

  /** @param {HeldCounts} value */
  function chart({ phase, temperature, rates: { rows, samples } }) {
    const mark = ({ count: n, interval }) => ({ n, of: samples, interval: interval ?? undefined });
    drawDots(
      dots,
      rows.map(({ closed, strays }, i) => ({
        name: [
          phrase("brackets.rates.rows.0"),
          phrase("brackets.rates.rows.1"),
          phrase("brackets.rates.rows.2"),
        ][i],
        colour: i === 1 ? charlstmColours.temperatureColour(temperature) : "var(--ink)",
        marks: { rate: mark(closed), comma: mark(strays), pair: undefined },
      })),
      phase === "done",
      (share) => phrase("brackets.answer.unmatched_of", { share }),
    );
  }

  function draw() {
    /** @type {HeldCounts} */
    const value = props.value;
    const { phase, temperature, horizon, dice, across_lines: across, rates } = value;
    const [busy, there] = [phase === "waiting" || phase === "asking", rates && phase !== "waiting"];
    arrive(phase);
    card.hidden = phase === "idle";
    card.setAttribute("aria-busy", String(busy));
    if (card.hidden) return;
    about.textContent = there
      ? phrase("brackets.rates.about", {
          samples: phrase("brackets.n.samples", { n: rates.samples }),
          at: temperatureName(temperature),
          characters: phrase("brackets.n.characters", { n: horizon }),
          dice: String(dice),
        }) + (across ? phrase("brackets.across") : "")
      : "";
    said.replaceChildren();
    for (const sentence of sentences(value)) quoting(make("p", "", said), sentence);
    dots.hidden = key.hidden = !there;
    element.querySelector(".cells-key-stray").textContent = phrase("brackets.rates.key_control", {
      name: controlName(value.instead),
      closing: value.closing,
    });
    if (there) chart(value);
    stop.parentElement.hidden = !busy;
    spoken.textContent = phase === "done" ? joined(sentences(value)) : "";
  }

  stop.addEventListener("click", () => trigger("stop", {}));
  watch("value", draw);
  draw();
}
