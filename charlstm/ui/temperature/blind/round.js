// A blind round: the texts to choose from and, after the pick, the source of each. The value after
// the pick has no texts, because the script already has them.

/**
 * @typedef {object} BlindAnswer
 * @property {number} place Index of the picked text.
 * @property {(number | null)[]} sources The temperature of each text; null is the real one.
 * @property {number} dice
 *
 * @typedef {object} BlindRound
 * @property {"idle" | "waiting" | "picking" | "answered"} phase
 * @property {number[]} temperatures
 * @property {string} round
 * @property {string} checkpoint
 * @property {string} corpus
 * @property {string} beginning
 * @property {string[]} texts
 * @property {BlindAnswer} [answer]
 *
 * @typedef {object} BlindPick
 * @property {string} round
 * @property {number} place
 */

function sourceName(source) {
  return source === null ? "the real text" : `T ${temperatureName(source)}`;
}

/** @param {Component<BlindRound>} component */
function mountRound({ element, props, watch, trigger }) {
  const part = (name) => element.querySelector(`.${name}`);
  const box = part("blind-texts");
  const spoken = part("unseen");
  const letter = (index) => String.fromCharCode(65 + index);
  /** @type {BlindRound | null} */
  let current = null; // the displayed round, as it was before the pick
  let cards = [];

  function drawTexts() {
    box.replaceChildren();
    cards = current.texts.map((text, index) => {
      const root = make("section", "card blind-text", box);
      root.setAttribute("aria-label", `Text ${letter(index)}`);
      const heading = make("h3", "", root);
      make("span", "letter", heading, letter(index));
      const source = make("span", "source", heading);
      const pre = make("pre", "", root);
      make("span", "given", pre, current.beginning);
      make("span", "", pre, `${text} …`);
      const button = pressable("This one", "pick", root, () => choose(index));
      button.setAttribute("aria-label", `Text ${letter(index)} is the most human`);
      return { root, source, button };
    });
  }

  function choose(place) {
    for (const { button } of cards) button.disabled = true;
    /** @type {BlindPick} */
    const pick = { round: current.round, place };
    trigger("pick", pick);
  }

  /** @param {BlindAnswer} answer */
  function drawAnswer({ place, sources, dice }) {
    cards.forEach(({ root, source, button }, i) => {
      button.remove();
      const temperature = sources[i];
      const colour = temperature === null ? "var(--ink)" : null;
      root.style.setProperty("--t", colour ?? charlstmColours.temperatureColour(temperature));
      root.classList.toggle("picked", i === place);
      root.classList.toggle("real", temperature === null);
      source.textContent = `${sourceName(temperature)}${i === place ? ", your pick" : ""}`;
    });
    const real = sources.indexOf(null);
    const right = real === place ? "It is the real text" : `It is the model’s, at ${sourceName(sources[place])}; the real text is ${letter(real)}`;
    return `You picked ${letter(place)}. ${right}. Dice ${dice}.`;
  }

  function draw() {
    const value = props.value;
    const { phase } = value;
    element.querySelector("section").setAttribute("aria-busy", String(phase === "waiting"));
    let sentence = "";
    if (phase === "idle") {
      const listed = value.temperatures.map(temperatureName).join(", ");
      sentence = `Several continuations of the same words: one is the real text, the others are the model’s, at T ${listed}. Pick the most human one.`;
    }
    if (phase === "waiting") sentence = "Waiting for the model.";
    if (phase === "picking") {
      if (value.round !== current?.round) {
        current = value;
        drawTexts();
      }
      sentence = `Which one is the most human? One is real, from the validation text of ${value.corpus}; the others are by ${value.checkpoint}.`;
    }
    if (phase === "answered" && value.round === current?.round) sentence = drawAnswer(value.answer);
    box.hidden = !current || phase === "waiting";
    part("blind-honest").hidden = !current;
    part("blind-said").textContent = sentence;
    spoken.textContent = phase === "idle" ? "" : sentence;
  }

  watch("value", draw);
  draw();
}
