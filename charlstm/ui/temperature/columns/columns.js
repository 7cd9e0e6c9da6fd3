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
 * @property {Explained} [explained] When the page opens.
 */

const SILENT = 1000; // ms until it is said that the columns wait
/** @type {Below<"components.hints">[]} */
const HINTS = ["turn", "why"]; // on the first cards

/** @param {Component<Columns, ColumnServer>} component */
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
  let why = charlstmLink.arrived("why");
  let branched = linkedBranch(charlstmLink.arrived("branch"));

  const value = () => props.value;
  const given = () => Array.from(value().seed).length;

  /** @returns {AskedText | null} */
  function asked(number) {
    const { checkpoint, fingerprint, seed, dice, truncation, columns } = value();
    const text = columns[number]?.text;
    if (!text || cards[number].written.data !== text) return null; // moved, or not yet drawn
    const drawn = { given: given(), temperatures: columns.map((c) => c.temperature), dice, truncation };
    return { checkpoint, fingerprint, text: seed + text, given: given(), drawn };
  }

  function scored(number, scores) {
    const bits = scores?.bits.slice(given()) ?? [];
    const mean = bits.reduce((sum, each) => sum + each, 0) / bits.length;
    const words = phrase("temperature.columns.mean", { bits: mean.toFixed(2) });
    termed(cards[number].mean, bits.length ? words : "");
  }

  const film = filmPanel(part("text-film"), server, value, (words) => (spoken.textContent = words));
  const filmed = pressable(phrase("temperature.film.open"), "", part("text-tools"), () => film.open(filmed));
  filmed.title = phrase("temperature.film.what");
  const settled = () => !writing;
  const coloured = () => (texts.heat === "off" ? {} : { heat: texts.heat });
  const linked = (number, place) => ({ ...coloured(), why: `${number + 1}.${place + 1}` });
  const heat = { name: "columns-heat", heat: charlstmLink.arrived("heat") ?? "off" };
  const instead = (number, index, character) => branch.open({ number, index, character });
  const texts = askableTexts(element, server, { asked, scored, settled, linked, instead, ...heat });
  const branch = branchPanel(part("text-branch"), server, {
    value,
    linked: coloured,
    say: (words) => (spoken.textContent = words),
  });
  takeAway(part("text-tools"), value, (words) => (spoken.textContent = words), coloured);
  const about = part("text-parted");
  const there = pressable(phrase("temperature.columns.why_there"), "quiet", about, () =>
    texts.show(0, given() + parting),
  );
  const format = about.appendChild(charlstmTerms.word("", "wikitext"));
  const told = () => JSON.stringify({ ...value(), explained: undefined });
  let stood = told(); // the last texts that were complete
  let repeated = false; // has been said
  let waited = false; // is said

  function add() {
    const number = cards.length;
    const mark = marks("text-turned", 1);
    const card = textCard(list, number + 1, {
      moves: (temperature) => turn.move(temperature),
      turned(temperature) {
        charlstmWriting.turn(number, temperature, turn.set(temperature));
        trigger("input");
      },
    });
    const turn = turning(server, value, {
      at: () => ({ temperature: value().columns[number].temperature, text: card.written.data }),
      show(text) {
        if (setText(card.written, text)) replaced(number);
        drawParting();
      },
      shown: () => card.written.data,
      mark: (index) => mark(index === null ? [] : [texts.range(number, given() + index, given() + index + 1)]),
      words: card.held,
      fail: (words) => (spoken.textContent = card.held.textContent = words),
    });
    cards.push({ ...card, turn });
    const start = () => given() + (parting ?? 0);
    texts.add(card.pre, [card.given, card.written], start);
  }

  // Says what the columns do, where their texts alone do not.
  function state(sentence) {
    part("text-state").textContent = sentence && ` ${sentence}`;
  }

  // A text was replaced by another one.
  function replaced(number) {
    texts.forget(number);
    finder.forget();
    branch.close();
  }

  function drawParting() {
    const { columns } = value();
    const shown = cards.map(({ at, written }) => ({ temperature: at(), text: written.data }));
    parting = finder.find(shown.map(({ text }) => text));
    const all = parting === null ? [] : shown;
    const index = given() + parting;
    apart(all.map((_, number) => texts.range(number, index, index + 1)));
    there.hidden = parting === null;
    format.textContent = formatQuestion(shown.map(({ text }) => text));
    format.hidden = !format.textContent;
    const sentence = part("parting");
    if (parting !== null) quoting(sentence, partingSentence(shown, parting, given()));
    else if (writing || !columns.every(({ text }, i) => text && text === shown[i].text)) sentence.textContent = "";
    else sentence.textContent = phrase("temperature.columns.no_difference");
  }

  function draw() {
    const { phase, seed, cut, columns } = value();
    while (cards.length < columns.length) add();
    while (cards.length > columns.length) {
      texts.drop();
      cards.pop().root.remove();
    }
    list.dataset.columns = columns.length;
    columns.forEach(({ temperature, text }, number) => {
      const card = cards[number];
      card.set(temperature);
      card.root.classList.toggle("empty", !text);
      if (number < HINTS.length) charlstmHints.place(HINTS[number], card.head);
      const name = temperatureName(temperature);
      const label = phrase("temperature.columns.walk", { temperature: name });
      texts.name(number, label, Boolean(text));
      if (!card.turn.arrived({ temperature, text })) return;
      // A text that goes on after its temperature was moved is not taken back to its beginning.
      const again = writing && charlstmWriting.byTurn && card.written.data.startsWith(text);
      const whole = again ? card.written.data : text;
      const others = [setText(card.given, seed), setText(card.written, whole)];
      if (others.includes(true)) replaced(number);
      card.turn.compare();
    });
    drawParting();
    const none = !columns.some(({ text }) => text);
    part("text-line").classList.toggle("nothing", none);
    if (none && phase === "ready") state(phrase("temperature.columns.ready"));
    part("cut").textContent = cut;
    list.setAttribute("aria-busy", String(writing));
    if (!writing) return;
    list.classList.remove("waiting");
    spoken.textContent = "";
    waited = false;
    state("");
  }

  // Explains the character that the link names, by a column's number and its place in the text, and
  // writes on from the one that it names instead.
  function explain() {
    const [number, place] = (/^\d+\.\d+$/.exec(why ?? "")?.[0] ?? "").split(".").map(Number);
    why = null;
    const text = value().columns[number - 1]?.text;
    if (text && place >= 1 && place <= given() + Array.from(text).length) {
      texts.show(number - 1, place - 1);
    }
    if (branched) branch.open(branched);
    branched = null;
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
    const again = told() === stood && !repeated;
    state(again ? phrase("temperature.columns.repeated") : "");
    if (again) repeated = true;
    stood = told();
    const written = phrase("temperature.columns.written", { n: value().length });
    spoken.textContent = `${written} ${part("parting").textContent}${part("text-state").textContent}`;
  }

  watch("value", arrived);
  draw();
  requestAnimationFrame(() => document.getElementById("first-view")?.remove()); // first_view.py
  if (value().phase === "written" && charlstmLink.arrived("go") === null) {
    if (value().explained && why === null) texts.explained(value().explained);
    explain();
  }
  list.addEventListener("asked", () => {
    setTimeout(() => {
      waited = list.classList.contains("waiting");
      if (waited) state(phrase("temperature.columns.waiting"));
    }, SILENT);
  });
  // The writing has ended: complete, stopped or failed.
  list.addEventListener("ended", () => {
    const { phase, length } = value();
    const n = Array.from(value().columns[0].text).length;
    if (waited) state("");
    waited = false;
    if (writing) spoken.textContent = phrase("temperature.columns.stopped_said");
    if (writing) state(phrase("temperature.columns.stopped", { n, length }));
    else if (phase === "waiting") state(phrase("temperature.columns.failed"));
    writing = false;
    draw();
    cards.forEach((_, number) => texts.finished(number));
    explain();
  });
}
