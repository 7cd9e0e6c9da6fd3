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
 * @property {WhyGroup[]} groups The model's own distribution, then one a column.
 */

// How characters without a shape stand in a narrow column.
const SIGNS = { space: "␣", newline: "↵", tab: "⇥" };

// The panel "Why this character?": chances as bars on one scale, at T = 1 and at each column's T.
// It stays in sight while one walks along a long text.
//   step(by), closed()   what its buttons ask for
function whyPanel(root, { step, closed }) {
  const head = make("div", "why-head", root);
  make("h2", "", head, "Why this character?");
  const tools = make("div", "why-tools", head);
  pressable("‹", "quiet", tools, () => step(-1), "Character before");
  pressable("›", "quiet", tools, () => step(1), "Character after");
  pressable("Close", "quiet", tools, closed);
  const said = make("p", "why-said", root);
  const groups = make("div", "why-groups", root);
  const note = make("p", "why-note dim", root);

  // A character as it is read in a sentence: “e”, or the name of one without a shape.
  const named = (name) => (Array.from(name).length === 1 ? `“${name}”` : name);
  const bitsOf = (bits) =>
    bits < 0.005 ? "under 0.01 bits" : `${bits.toFixed(bits < 0.095 ? 2 : 1)} bits`;

  // A row a choice: its character, its chance as a bar and in words, and what else is to be said.
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

  // The model's own distribution, and where the character that stands there is in it.
  /**
   * @param {WhyGroup} group
   * @param {WhyAnswer} answer
   * @param {number} most
   */
  function own({ entropy, names, chances }, { name, bits }, most) {
    const title = make("h3", "", null, "T 1");
    make("span", "dim", title, ", the model’s own");
    const titles = ["character", "chance", "what stands there"];
    const [, body] = table("The model’s own distribution", title, titles, entropy);
    names.forEach((character, i) => {
      const here = character === name;
      line(body, here ? "here" : "", character, chances[i], most, here ? "here" : "");
    });
    if (!names.includes(name)) line(body, "here beyond", name, 2 ** -bits, most, "here");
  }

  // What a column's temperature makes of it, and what its dice choose.
  /**
   * @param {WhyGroup} group
   * @param {number} most
   */
  function column({ temperature, winner, entropy, names, chances, behind }, most) {
    const name = `T ${temperatureName(temperature)}`;
    const title = make("h3", "temperature", null, name);
    make("span", "dim", title, `, draws ${named(winner)}`);
    const titles = ["character", "chance", "behind what is drawn, dice included"];
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

    // What the server answered about a place; `typed` where a person wrote the character. Gives the
    // same in words.
    /**
     * @param {WhyAnswer & { error?: string }} answer
     * @param {number} place
     * @param {boolean} typed
     */
    draw(answer, place, typed) {
      root.hidden = false;
      groups.replaceChildren();
      note.textContent = "";
      if (answer.error) return (said.textContent = answer.error);
      const { name, bits, rank, groups: drawn } = answer;
      const where = `${named(name)}, character ${(place + 1).toLocaleString("en")}`;
      if (bits === null) {
        note.textContent = "Nothing stands before the first character: the model has no say in it.";
        return (said.textContent = where);
      }
      const names = [...drawn.flatMap((group) => group.names), name];
      const long = (each) => !SIGNS[each] && Array.from(each).length > 1;
      groups.classList.toggle("names", names.some(long));
      const most = Math.max(...drawn.flatMap((group) => group.chances));
      own(drawn[0], answer, most);
      for (const group of drawn.slice(1)) column(group, most);
      note.textContent = typed
        ? "It was typed, not drawn: this is what the model expected there."
        : "Every T has the same dice. They add noise to the logarithm of each chance, and the " +
          "largest sum is drawn: on the right is how far the others stay behind it.";
      return (said.textContent = `${where}, rank ${rank.toLocaleString("en")}, ${bitsOf(bits)} at T = 1`);
    },

    close() {
      root.hidden = true;
    },
  };
}
