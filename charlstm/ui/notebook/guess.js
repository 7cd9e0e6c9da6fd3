// The step on the loss: the reader and the model guess the next characters of a real text, and both
// pay for what they gave to the one that came.

/**
 * @typedef {object} PassageQuestion
 * @property {string} checkpoint
 * @property {number} number
 *
 * @typedef {object} PassageAnswer
 * @property {string} text
 * @property {number} given
 * @property {number[]} bits Of the model, for each character that is to be guessed.
 * @property {Record<string, number>} shares How common each character is.
 */

const SURE = [25, 50, 75, 95]; // per cent

// What a reader pays: minus the logarithm of what the guess gave to the character that came. The
// guess gets `sure`; all others share the rest in proportion to how common they are.
/**
 * @param {string} guess
 * @param {number} sure From 0 to 1.
 * @param {string} came
 * @param {Record<string, number>} shares
 */
function guessBits(guess, sure, came, shares) {
  if (guess === came) return -Math.log2(sure);
  return -Math.log2(((1 - sure) * shares[came]) / (1 - (shares[guess] ?? 0)));
}

/** @param {LiveStep} step */
function guessLive({ box, server, checkpoint }) {
  const text = make("pre", "course-passage", box);
  const fields = make("div", "course-fields", box);
  const group = make("fieldset", "course-sure", fields);
  make("legend", "", group, phrase("notebook.guess.sure"));
  const chances = SURE.map((sure) => {
    const label = make("label", "", group);
    const choice = make("input", "", label);
    Object.assign(choice, { type: "radio", name: "course-sure", value: sure, checked: sure === 50 });
    label.append(` ${sure} %`);
    return choice;
  });
  const field = labelled(fields, phrase("notebook.guess.next"), { type: "text", autocapitalize: "off" });
  field.className = "course-next";
  const said = make("p", "course-said", box);
  said.setAttribute("role", "status");
  const tools = make("p", "text-buttons", box);
  const rule = make("p", "dim course-rule", box);
  let number = 0;
  /** @type {PassageAnswer | null} */
  let passage = null;
  let own = []; // bits of each guess

  pressable(phrase("notebook.guess.other"), "", tools, () => {
    number++;
    ask();
    field.focus();
  });

  const load = asker(0, server.passage, (answer) => {
    passage = answer.error ? null : answer;
    own = [];
    said.textContent = answer.error ?? "";
    draw();
  });

  function ask() {
    const name = checkpoint();
    if (name === null) said.textContent = phrase("notebook.guess.none");
    else load({ checkpoint: name, number });
  }

  const mean = (bits) => bits.reduce((sum, each) => sum + each, 0) / bits.length;
  const shown = (bits) => bits.toFixed(2);

  function draw() {
    if (!passage) return;
    const { given, bits } = passage;
    const characters = Array.from(passage.text);
    const at = given + own.length;
    text.replaceChildren();
    make("span", "dim", text, characters.slice(0, given).join(""));
    text.append(characters.slice(given, at).join(""));
    const over = own.length === bits.length;
    if (!over) make("mark", "", text, "?");
    field.disabled = over;
    rule.textContent = `${phrase("notebook.guess.rule")} ${phrase("notebook.guess.source")}`;
    const round = phrase("notebook.guess.round", { number: own.length + 1, all: bits.length });
    if (!own.length) said.textContent = round;
    else if (!over) said.append(` ${round}`);
  }

  function guessed(guess) {
    if (!passage || own.length === passage.bits.length) return;
    const { bits, shares } = passage;
    const came = Array.from(passage.text)[passage.given + own.length];
    const sure = Number(chances.find((choice) => choice.checked).value) / 100;
    const model = bits[own.length];
    own.push(guessBits(guess, sure, came, shares));
    const right =
      guess === came
        ? phrase("notebook.guess.right")
        : phrase("notebook.guess.wrong", { name: tileSign(came) });
    const row = phrase("notebook.guess.row", {
      right,
      guess: tileSign(guess),
      own: shown(own.at(-1)),
      chance: percent(2 ** -model),
      model: shown(model),
    });
    const means = [mean(own), mean(bits)];
    const end = phrase("notebook.guess.end", {
      own: shown(means[0]),
      owns: equallyLikely(means[0]),
      model: shown(means[1]),
      models: equallyLikely(means[1]),
      all: bits.length,
    });
    quoting(said, own.length === bits.length ? `${row} ${end}` : row);
    draw();
  }

  field.addEventListener("input", () => {
    const [guess] = field.value;
    field.value = "";
    if (guess) guessed(guess);
  });
  ask();
  return ask;
}
