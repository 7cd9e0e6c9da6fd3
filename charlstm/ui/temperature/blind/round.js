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
 * @property {string} called
 * @property {string} weights
 * @property {string} corpus
 * @property {string} beginning
 * @property {string[]} texts
 * @property {BlindAnswer} [answer]
 *
 * @typedef {object} BlindPick
 * @property {string} round
 * @property {number} place
 */

/** @param {Component<BlindRound, { place_in_line: Served<LineQuestion, LinePlace> }>} component */
function mountRound({ element, props, watch, server, trigger }) {
  const part = (name) => element.querySelector(`.${name}`);
  const box = part("blind-texts");
  const spoken = part("unseen");
  const letter = (index) => String.fromCharCode(65 + index);
  /** @type {BlindRound | null} */
  let current = null; // the displayed round, as it was before the pick
  const waiting = waitingIn(server, () => props.value.phase === "waiting", draw);
  let cards = [];
  let dice = 0; // of the answered round
  const opens = () => ({
    panel: "blind", round: String(dice), checkpoint: current.checkpoint, weights: current.weights,
  });
  const button = linkButton(part("blind-link"), (words) => (spoken.textContent = words), null, opens);
  button.textContent = phrase("temperature.blind.copy_link");

  function drawTexts() {
    box.replaceChildren();
    cards = current.texts.map((text, index) => {
      const root = make("section", "card blind-text", box);
      root.setAttribute("aria-label", phrase("temperature.blind.text", { letter: letter(index) }));
      const heading = make("h3", "", root);
      make("span", "letter", heading, letter(index));
      const source = make("span", "source", heading);
      const pre = make("pre", "", root);
      make("span", "given", pre, current.beginning);
      make("span", "", pre, `${text} …`);
      const button = pressable(phrase("temperature.blind.pick"), "pick", root, () => choose(index));
      const label = phrase("temperature.blind.pick_what", { letter: letter(index) });
      button.setAttribute("aria-label", label);
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
  function drawAnswer({ place, sources, dice: rolled }) {
    dice = rolled;
    cards.forEach(({ root, source, button }, i) => {
      button.remove();
      const temperature = sources[i];
      const colour = temperature === null ? "var(--ink)" : null;
      root.style.setProperty("--t", colour ?? charlstmColours.temperatureColour(temperature));
      root.classList.toggle("picked", i === place);
      root.classList.toggle("real", temperature === null);
      const name = sourceName(temperature);
      source.textContent = i === place ? phrase("temperature.blind.yours", { name }) : name;
    });
    const real = sources.indexOf(null);
    const answer = {
      letter: letter(place), real: letter(real), name: sourceName(sources[place]), dice: String(dice),
    };
    const verdict = real === place ? "right" : "wrong";
    return phrase(`temperature.blind.${verdict}`, answer);
  }

  function draw() {
    const value = props.value;
    const { phase } = value;
    element.querySelector("section").setAttribute("aria-busy", String(phase === "waiting"));
    let sentence = "";
    if (phase === "idle") {
      const listed = enumerated(value.temperatures.map(temperatureName));
      sentence = phrase("temperature.blind.idle", { listed });
    }
    if (phase === "waiting") sentence = waiting();
    if (phase === "picking") {
      if (value.round !== current?.round) {
        current = value;
        drawTexts();
      }
      const { corpus, called } = value;
      sentence = phrase("temperature.blind.which", { corpus, checkpoint: called });
    }
    if (phase === "answered" && value.round === current?.round) sentence = drawAnswer(value.answer);
    // It keeps its place, so that the texts do not move.
    part("blind-link").hidden = !current;
    part("blind-link").style.visibility = phase === "answered" ? "" : "hidden";
    box.hidden = !current;
    box.classList.toggle("again", phase === "waiting"); // the last round keeps its place
    part("blind-honest").hidden = !current;
    part("blind-said").textContent = sentence;
    spoken.textContent = phase === "idle" ? "" : sentence;
  }

  watch("value", draw);
  draw();
}
