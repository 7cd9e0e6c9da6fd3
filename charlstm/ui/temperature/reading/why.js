/**
 * @typedef {object} WhyGroup
 * @property {number} temperature
 * @property {number} entropy
 * @property {string | null} winner
 * @property {string[]} names
 * @property {number[]} chances
 * @property {(number | null)[]} behind
 *
 * @typedef {object} WhyAnswer
 * @property {string} name
 * @property {number | null} bits Null for the first character of a text.
 * @property {number} rank
 * @property {WhyGroup[]} groups The model's own distribution, then one for each column.
 */

// Signs for invisible characters in a narrow column.
const SIGNS = { space: "␣", newline: "↵", tab: "⇥" };

// The character of a name, as `character_name` in components/words.py makes it.
function characterNamed(name) {
  const shapeless = { space: " ", newline: "\n", tab: "\t" };
  const code = /^U\+([0-9A-F]{4,6})$/.exec(name)?.[1];
  return shapeless[name] ?? (code ? String.fromCodePoint(parseInt(code, 16)) : name);
}

// The panel "Why this character?": chances as bars on one scale, at T = 1 and at each column's T.
//   step(by), closed()   called by its buttons
//   also()               what a link to the explained character opens with, see `linkButton`
//   instead(character)   called when another character is chosen; undefined if none can be
function whyPanel(root, { step, closed, also, instead }) {
  const head = make("div", "why-head", root);
  make("h2", "", head, phrase("temperature.why.title"));
  const tools = make("div", "why-tools", head);
  pressable("‹", "quiet", tools, () => step(-1), phrase("temperature.why.before"));
  pressable("›", "quiet", tools, () => step(1), phrase("temperature.why.after"));
  linkButton(tools, (words) => (copied.textContent = words), null, also);
  pressable(phrase("components.close"), "quiet", tools, closed);
  const summary = make("p", "why-said", root);
  const copied = make("p", "unseen", root);
  copied.setAttribute("role", "status");
  const groups = make("div", "why-groups", root);
  const note = make("p", "why-note dim", root);

  // A character in a sentence: “e” in quotes, or the name of an invisible one.
  /** @param {Below<"components.character_name">} name */
  const shapeless = (name) => phrase(`components.character_name.${name}`);
  const named = (name) => {
    if (SIGNS[name]) return shapeless(name);
    return Array.from(name).length === 1 ? phrase("components.quoted", { character: name }) : name;
  };
  const bitsOf = (bits) =>
    bits < 0.005
      ? phrase("temperature.why.few_bits")
      : phrase("temperature.why.bits", { bits: bits.toFixed(bits < 0.095 ? 2 : 1) });

  // A row of a table: a character, its chance as a bar and in per cent, and a remark. Of a character
  // that can be chosen instead, the name is a button.
  function line(body, className, character, chance, most, words, chosen = false) {
    const row = make("tr", className, body);
    const sign = SIGNS[character] ?? character;
    const head = make("th", "", row, chosen ? "" : sign);
    head.scope = "row";
    if (chosen) {
      const act = () => instead(characterNamed(character));
      pressable(sign, "why-instead", head, act, phrase("temperature.why.instead", { character: named(character) }));
    } else if (SIGNS[character]) head.setAttribute("aria-label", named(character));
    const cell = make("div", "why-chance", make("td", "", row));
    make("i", "", cell).style.width = `${(100 * chance) / most}%`;
    make("span", "", cell, percent(chance));
    make("td", "why-words", row, words);
  }

  /** @param {Below<"temperature.why.column">} name */
  const titled = (name) => phrase(`temperature.why.column.${name}`);

  function table(label, title, titles, entropy) {
    const box = make("section", "why-group", groups);
    box.setAttribute("aria-label", label);
    box.append(title);
    const made = make("table", "", box);
    const widths = make("colgroup", "", made);
    for (const each of ["why-name", "", "why-more"]) make("col", each, widths);
    const row = make("tr", "unseen", make("thead", "", made));
    for (const each of titles) make("th", "", row, each).scope = "col";
    termed(make("p", "dim", box), phrase("temperature.why.entropy", { bits: bitsOf(entropy) }));
    return [box, make("tbody", "", made)];
  }

  // The model's own distribution, with the text's character highlighted.
  /**
   * @param {WhyGroup} group
   * @param {WhyAnswer} answer
   * @param {number} most
   * @param {boolean} open Whether another character can be chosen.
   */
  function own({ entropy, names, chances }, { name, bits }, most, open) {
    const title = make("h3", "", null, "T 1");
    make("span", "dim", title, phrase("temperature.why.own"));
    const titles = [titled("character"), titled("chance"), titled("texts")];
    const [, body] = table(phrase("temperature.why.own_table"), title, titles, entropy);
    names.forEach((character, i) => {
      const here = character === name;
      const words = here ? phrase("temperature.why.here") : "";
      line(body, here ? "here" : "", character, chances[i], most, words, open && !here);
    });
    if (!names.includes(name)) line(body, "here beyond", name, 2 ** -bits, most, phrase("temperature.why.here"));
  }

  // The distribution at a column's temperature, and the character that the dice draw from it.
  /**
   * @param {WhyGroup} group
   * @param {number} most
   * @param {boolean} open Whether another character can be chosen.
   */
  function column({ temperature, winner, entropy, names, chances, behind }, most, open) {
    const name = `T ${temperatureName(temperature)}`;
    const title = make("h3", "temperature", null, name);
    quoting(make("span", "dim", title), phrase("temperature.why.draws", { character: named(winner) }));
    const titles = [titled("character"), titled("chance"), titled("behind")];
    const [box, body] = table(name, title, titles, entropy);
    box.style.setProperty("--t", charlstmColours.temperatureColour(temperature));
    names.forEach((character, i) => {
      const won = character === winner;
      const words = won ? phrase("temperature.why.drawn") : behind[i] === null ? "" : `−${behind[i].toFixed(1)}`;
      const className = [won && "won", i === 10 && "beyond"].filter(Boolean).join(" ");
      line(body, className, character, chances[i], most, words, open && !won);
    });
  }

  return {
    get open() {
      return !root.hidden;
    },

    // Draws the server's answer. Returns its summary, for screen readers.
    /**
     * @param {WhyAnswer & { error?: string }} answer
     * @param {number} index Of the character.
     * @param {boolean} typed Whether a person typed the character.
     * @param {number} number Of its column.
     */
    draw(answer, index, typed, number) {
      root.hidden = false;
      groups.replaceChildren();
      note.textContent = "";
      if (answer.error) return (summary.textContent = answer.error);
      const { name, bits, rank, groups: drawn } = answer;
      const place = { character: named(name), place: index + 1 };
      if (bits === null) {
        note.textContent = phrase("temperature.why.first");
        return (summary.textContent = phrase("temperature.why.where", place));
      }
      const names = [...drawn.flatMap((group) => group.names), name];
      const long = (each) => !SIGNS[each] && Array.from(each).length > 1;
      groups.classList.toggle("names", names.some(long));
      const most = Math.max(...drawn.flatMap((group) => group.chances));
      const open = instead !== undefined && !typed;
      own(drawn[0], answer, most, open);
      drawn.slice(1).forEach((group, i) => column(group, most, open && i === number));
      const words = typed
        ? phrase("temperature.why.typed")
        : phrase("temperature.why.scores") + (open ? phrase("temperature.why.press") : "");
      termed(note, words);
      termed(summary, phrase("temperature.why.sum", { ...place, rank, bits: bitsOf(bits) }));
      return summary.textContent;
    },

    close() {
      root.hidden = true;
    },
  };
}
