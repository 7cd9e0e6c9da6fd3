// The sample that the page's address names, drawn again from its dice. Runs after rows.js. The
// header of the page says if the link is of other weights.

/**
 * @typedef {object} LinkedSample
 * @property {"linked" | "closed"} phase "closed" once another question is asked.
 *
 * @typedef {object} SampleQuestion
 * @property {string | null} checkpoint
 * @property {string | null} seed
 * @property {number | null} temperature
 * @property {number | null} number
 * @property {number | null} horizon
 * @property {number | null} dice
 * @property {boolean} across_lines
 *
 * @typedef {object} SampleAnswer
 * @property {string} seed
 * @property {number} watched
 * @property {string} text
 * @property {Fate} fate
 */

// The address of a sample of an answered probe (see brackets/probe/answer.js).
function sampleAddress(probe, temperature, number) {
  const query = new URLSearchParams({
    tab: "brackets",
    checkpoint: probe.answer.checkpoint,
    bracket_seed: probe.seed,
    bracket_dice: String(probe.dice),
    samples: String(probe.n),
    horizon: String(probe.horizon),
    at: String(temperature),
    sample: String(number),
    weights: probe.answer.weights,
  });
  if (probe.across_lines) query.set("across_lines", "true");
  probe.temperatures.forEach((t, i) => query.set(`bracket_t${i + 1}`, String(t.temperature)));
  return `${location.pathname}?${query}`;
}

/** @param {Component<LinkedSample, { sample: Served<SampleQuestion, SampleAnswer> }>} component */
function mountSample({ element, props, watch, server }) {
  const [card, box] = [element.querySelector("section"), element.querySelector("pre")];
  const [about, note] = [element.querySelector("h2 .dim"), element.querySelector(".linked-note")];
  const fateLine = element.querySelector(".fate");
  const query = new URLSearchParams(location.search);

  function close() {
    if (card.hidden) return;
    card.hidden = true;
    charlstmLink.set({ at: null, sample: null });
  }

  async function draw() {
    const number = (name) => (query.get(name)?.trim() ? Number(query.get(name)) : null);
    const [at, which] = [number("at"), number("sample")];
    card.hidden = false;
    about.textContent = phrase("brackets.sample.drawing");
    const sorry = (sentence) => {
      about.textContent = "";
      note.textContent = sentence;
    };
    /** @type {SampleAnswer & { error?: string }} */
    let answer;
    try {
      answer = await server.sample({
        checkpoint: query.get("checkpoint"),
        seed: query.get("bracket_seed"),
        temperature: at,
        number: which,
        horizon: number("horizon"),
        dice: number("bracket_dice"),
        across_lines: query.get("across_lines") === "true",
      });
    } catch {
      return sorry(phrase("brackets.sample.reload"));
    }
    if (answer.error) return sorry(answer.error);
    about.textContent = phrase("brackets.sample.about", {
      number: which,
      at: temperatureName(at),
      dice: query.get("bracket_dice"),
    });
    drawContinued(box, answer.seed, answer.text, answer.watched, 60);
    fateLine.textContent = happened(answer.fate, Array.from(answer.text).length);
  }

  listen(box);
  card.querySelector("button").addEventListener("click", close);
  watch("value", () => props.value?.phase === "closed" && close());
  if (query.has("sample")) draw();
}
