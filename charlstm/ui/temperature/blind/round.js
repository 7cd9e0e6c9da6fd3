// A blind round: texts to choose from, and after the pick which is which.
// After the pick the value comes without the texts, which are here already.

/**
 * @typedef {object} BlindAnswer
 * @property {number} place Of the text that was picked.
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
  const letter = (place) => String.fromCharCode(65 + place);
  /** @type {BlindRound | null} */
  let asked = null; // the round that is shown, as it was before its pick
  let cards = [];

  function drawTexts() {
    box.replaceChildren();
    cards = asked.texts.map((text, place) => {
      const root = make("section", "card blind-text", box);
      root.setAttribute("aria-label", `Text ${letter(place)}`);
      const heading = make("h3", "", root);
      make("span", "letter", heading, letter(place));
      const source = make("span", "source", heading);
      const pre = make("pre", "", root);
      make("span", "given", pre, asked.beginning);
      make("span", "", pre, `${text} …`);
      const button = pressable("This one", "pick", root, () => choose(place));
      button.setAttribute("aria-label", `Text ${letter(place)} is the most human`);
      return { root, source, button };
    });
  }

  function choose(place) {
    for (const { button } of cards) button.disabled = true;
    /** @type {BlindPick} */
    const pick = { round: asked.round, place };
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
    let said = "";
    if (phase === "idle") {
      const listed = value.temperatures.map(temperatureName).join(", ");
      said = `Some ways on from the same words: one is how the text really goes on, the others are the model’s, at T ${listed}. Pick the most human one.`;
    }
    if (phase === "waiting") said = "Waiting for the model.";
    if (phase === "picking") {
      if (value.round !== asked?.round) {
        asked = value;
        drawTexts();
      }
      said = `Which one is the most human? One is real, from the validation text of ${value.corpus}; the others are by ${value.checkpoint}.`;
    }
    if (phase === "answered" && value.round === asked?.round) said = drawAnswer(value.answer);
    box.hidden = !asked || phase === "waiting";
    part("blind-honest").hidden = !asked;
    part("blind-said").textContent = said;
    spoken.textContent = phase === "idle" ? "" : said;
  }

  watch("value", draw);
  draw();
}
