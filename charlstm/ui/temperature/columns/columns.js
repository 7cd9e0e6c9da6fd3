// The text columns. Texts come from a person and a model, so they enter the page as text nodes.

/**
 * @typedef {object} Columns
 * @property {"ready" | "waiting" | "writing" | "written"} phase
 * @property {string} checkpoint
 * @property {string} fingerprint
 * @property {string} seed
 * @property {number} dice
 * @property {number} length
 * @property {Truncation} truncation
 * @property {string} cut What the truncation does, in a sentence.
 * @property {TextAt[]} columns Without the seed text.
 */

/** @param {Component<Columns, TextServer>} component */
function mountColumns({ element, props, watch, server, trigger }) {
  const part = (name) => element.querySelector(`.${name}`);
  const list = part("text-columns");
  const spoken = part("text-columns-said");
  const apart = marks("text-parting", 1);
  const finder = partingFinder();
  const cards = [];
  /** @type {number | null} */
  let parting = null; // index of the first written character that differs, or null
  let writing = false;

  const value = () => props.value;
  const given = () => Array.from(value().seed).length;

  /** @returns {AskedText | null} */
  function asked(number) {
    const { checkpoint, fingerprint, seed, dice, truncation, columns } = value();
    if (!columns[number]?.text) return null;
    const drawn = { given: given(), temperatures: columns.map((c) => c.temperature), dice, truncation };
    return { checkpoint, fingerprint, text: seed + columns[number].text, given: given(), drawn };
  }

  function scored(number, scores) {
    const bits = scores?.bits.slice(given()) ?? [];
    const mean = bits.reduce((sum, each) => sum + each, 0) / bits.length;
    cards[number].mean.textContent = bits.length ? `${mean.toFixed(2)} bits a character` : "";
  }

  const settled = () => !writing;
  const heat = { name: "columns-heat", heat: "off" };
  const texts = askableTexts(element, server, { asked, scored, settled, ...heat });
  takeAway(part("text-tools"), value, (words) => (spoken.textContent = words));
  const there = pressable("Why there?", "quiet", part("text-parted"), () =>
    texts.show(0, given() + parting),
  );

  function add() {
    const number = cards.length;
    const card = textCard(list, number + 1, (temperature) => {
      charlstmWriting.turn(number, temperature);
      trigger("input");
    });
    cards.push(card);
    const start = () => given() + (parting ?? 0);
    texts.add(card.pre, [card.given, card.written], start);
  }

  function drawParting(columns) {
    parting = finder.find(columns.map(({ text }) => text));
    const all = parting === null ? [] : columns;
    const index = given() + parting;
    apart(all.map((_, number) => texts.range(number, index, index + 1)));
    there.hidden = parting === null;
    const sentence = part("parting");
    if (parting !== null) sentence.textContent = partingSentence(columns, parting, given());
    else if (writing || !columns.every(({ text }) => text)) sentence.textContent = "";
    else sentence.textContent = "The columns do not part: they are the same to the last character.";
  }

  function draw() {
    const { seed, length, cut, columns } = value();
    while (cards.length < columns.length) add();
    while (cards.length > columns.length) {
      texts.drop();
      cards.pop().root.remove();
    }
    list.dataset.columns = columns.length;
    columns.forEach(({ temperature, text }, number) => {
      const card = cards[number];
      card.set(temperature);
      const label = `Walk along the text at T ${temperatureName(temperature)}`;
      texts.name(number, label, Boolean(text));
      const others = [setText(card.given, seed), setText(card.written, text)];
      if (!others.includes(true)) return;
      texts.forget(number);
      finder.forget();
    });
    drawParting(columns);
    part("text-line").hidden = !columns.some(({ text }) => text);
    part("cut").textContent = cut;
    list.setAttribute("aria-busy", String(writing));
    if (!writing) return;
    list.classList.remove("waiting");
    spoken.textContent = "";
  }

  function arrived() {
    const { phase, fingerprint } = value();
    // Texts of a question that was replaced are not drawn.
    if (charlstmWriting.stale && (phase === "writing" || phase === "written")) return;
    writing = phase === "writing";
    if (fingerprint) charlstmLink.pin({ weights: fingerprint });
    draw();
    if (phase !== "written") return;
    list.classList.remove("waiting");
    spoken.textContent = `Written: ${value().length} characters a column. ${part("parting").textContent}`;
  }

  watch("value", arrived);
  draw();
  // The writing has ended: complete, stopped or failed.
  list.addEventListener("ended", () => {
    if (writing) spoken.textContent = "Stopped.";
    writing = false;
    draw();
    cards.forEach((_, number) => texts.finished(number));
  });
}
