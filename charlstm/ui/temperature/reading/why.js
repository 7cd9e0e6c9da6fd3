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

// The panel "Why this character?": chances as bars on one scale, at T = 1 and at each column's T.
//   step(by), closed()   called by its buttons
function whyPanel(root, { step, closed }) {
  const head = make("div", "why-head", root);
  make("h2", "", head, "Why this character?");
  const tools = make("div", "why-tools", head);
  pressable("‹", "quiet", tools, () => step(-1), "Character before");
  pressable("›", "quiet", tools, () => step(1), "Character after");
  pressable("Close", "quiet", tools, closed);
  const summary = make("p", "why-said", root);
  const groups = make("div", "why-groups", root);
  const note = make("p", "why-note dim", root);

  // A character in a sentence: “e” in quotes, or the name of an invisible one.
  const named = (name) => (Array.from(name).length === 1 ? `“${name}”` : name);
  const bitsOf = (bits) =>
    bits < 0.005 ? "under 0.01 bits" : `${bits.toFixed(bits < 0.095 ? 2 : 1)} bits`;

  // A row of a table: a character, its chance as a bar and in per cent, and a remark.
  function line(body, className, character, chance, most, words) {
    const row = make("tr", className, body);
    const head = make("th", "", row, SIGNS[character] ?? character);
    head.scope = "row";
    if (SIGNS[character]) head.setAttribute("aria-label", character);
    const cell = make("div", "why-chance", make("td", "", row));
    make("i", "", cell).style.width = `${(100 * chance) / most}%`;
    make("span", "", cell, percent(chance));
    make("td", "why-words", row, words);
  }

  function table(label, title, titles, entropy) {
    const box = make("section", "why-group", groups);
    box.setAttribute("aria-label", label);
    box.append(title);
    const made = make("table", "", box);
    const widths = make("colgroup", "", made);
    for (const each of ["why-name", "", "why-more"]) make("col", each, widths);
    const row = make("tr", "unseen", make("thead", "", made));
    for (const each of titles) make("th", "", row, each).scope = "col";
    make("p", "dim", box, `entropy ${bitsOf(entropy)}`);
    return [box, make("tbody", "", made)];
  }

  // The model's own distribution, with the text's character highlighted.
  /**
   * @param {WhyGroup} group
   * @param {WhyAnswer} answer
   * @param {number} most
   */
  function own({ entropy, names, chances }, { name, bits }, most) {
    const title = make("h3", "", null, "T 1");
    make("span", "dim", title, ", the model’s own");
    const titles = ["character", "chance", "the text’s character"];
    const [, body] = table("The model’s own distribution", title, titles, entropy);
    names.forEach((character, i) => {
      const here = character === name;
      line(body, here ? "here" : "", character, chances[i], most, here ? "here" : "");
    });
    if (!names.includes(name)) line(body, "here beyond", name, 2 ** -bits, most, "here");
  }

  // The distribution at a column's temperature, and the character that the dice draw from it.
  /**
   * @param {WhyGroup} group
   * @param {number} most
   */
  function column({ temperature, winner, entropy, names, chances, behind }, most) {
    const name = `T ${temperatureName(temperature)}`;
    const title = make("h3", "temperature", null, name);
    make("span", "dim", title, `, draws ${named(winner)}`);
    const titles = ["character", "chance", "distance behind the drawn character, noise included"];
    const [box, body] = table(name, title, titles, entropy);
    box.style.setProperty("--t", charlstmColours.temperatureColour(temperature));
    names.forEach((character, i) => {
      const won = character === winner;
      const words = won ? "drawn" : behind[i] === null ? "" : `−${behind[i].toFixed(1)}`;
      const className = [won && "won", i === 10 && "beyond"].filter(Boolean).join(" ");
      line(body, className, character, chances[i], most, words);
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
     */
    draw(answer, index, typed) {
      root.hidden = false;
      groups.replaceChildren();
      note.textContent = "";
      if (answer.error) return (summary.textContent = answer.error);
      const { name, bits, rank, groups: drawn } = answer;
      const where = `${named(name)}, character ${(index + 1).toLocaleString("en")}`;
      if (bits === null) {
        note.textContent =
          "Nothing stands before the first character, so the model gives it no chance.";
        return (summary.textContent = where);
      }
      const names = [...drawn.flatMap((group) => group.names), name];
      const long = (each) => !SIGNS[each] && Array.from(each).length > 1;
      groups.classList.toggle("names", names.some(long));
      const most = Math.max(...drawn.flatMap((group) => group.chances));
      own(drawn[0], answer, most);
      for (const group of drawn.slice(1)) column(group, most);
      note.textContent = typed
        ? "It was typed, not drawn: this is what the model expected there."
        : "The dice, the same at every T, give each character a random number. It is added to " +
          "the logarithm of the character’s chance, and the character with the largest sum is " +
          "drawn. On the right: how far the other sums are below it.";
      return (summary.textContent = `${where}, rank ${rank.toLocaleString("en")}, ${bitsOf(bits)} at T = 1`);
    },

    close() {
      root.hidden = true;
    },
  };
}
