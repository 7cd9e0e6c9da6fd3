// A column's text written on from another character, with the same dice, beside the text itself.

const BRANCH_MOST = 1_000; // characters after the other one

/**
 * @typedef {object} Branch
 * @property {number} number Index of the column.
 * @property {number} index Of the character in the whole text.
 * @property {string} character The other one.
 */

// A link's branch, as "2.40.e": column 2 has an “e” as its character 40.
/** @param {Branch} branch */
const branchLink = ({ number, index, character }) => `${number + 1}.${index + 1}.${character}`;

/**
 * @param {string | null} link
 * @returns {Branch | null}
 */
function linkedBranch(link) {
  const [, column, place, character] = /^(\d{1,2})\.(\d{1,6})\.(.)$/su.exec(link ?? "") ?? [];
  return character ? { number: Number(column) - 1, index: Number(place) - 1, character } : null;
}

// Stretches of indices, at and after `first`, at which two texts have other characters.
function stretchesApart(one, other, first) {
  const [a, b] = [Array.from(one), Array.from(other)];
  const stretches = [];
  for (let i = first; i < Math.max(a.length, b.length); i += 1) {
    if (a[i] === b[i]) continue;
    if (stretches.at(-1)?.[1] === i) stretches.at(-1)[1] += 1;
    else stretches.push([i, i + 1]);
  }
  return stretches;
}

/**
 * @param {HTMLElement} root
 * @param {ColumnServer} server
 * @param {object} options
 * @param {() => Columns} options.value
 * @param {() => Record<string, string>} options.linked What a link opens with besides the branch.
 * @param {(words: string) => void} options.say Announces a sentence to screen readers.
 */
function branchPanel(root, server, { value, linked, say }) {
  const head = make("div", "film-head", root);
  make("h2", "", head, phrase("temperature.branch.title"));
  const tools = make("div", "film-tools", head);
  linkButton(tools, say, null, () => ({ ...linked(), branch: branchLink(current) }));
  pressable(phrase("components.close"), "quiet", tools, close);
  const words = make("p", "branch-words", root);
  const both = make("div", "branch-texts", root);
  const sides = [0, 1].map(() => {
    const side = make("section", "", both);
    const name = make("h3", "", side);
    const pre = make("pre", "", side);
    const given = make("span", "branch-given", pre).appendChild(document.createTextNode(""));
    const rest = make("span", "", pre).appendChild(document.createTextNode(""));
    return {
      name, given, rest,
      places: placesIn([given, rest]), mark: marks("text-turned", 2), differ: marks("text-apart", 1),
    };
  });
  /** @type {Branch | null} */
  let current = null;

  function draw(texts, given) {
    const { index } = current;
    const stretches = stretchesApart(...texts, index + 1);
    sides.forEach(({ given: before, rest, places, mark, differ }, i) => {
      const characters = Array.from(texts[i]);
      before.data = characters.slice(0, given).join("");
      rest.data = characters.slice(given).join("");
      const { range, length } = places();
      mark(index < length ? [range(index, index + 1)] : []);
      const inside = stretches.filter(([from]) => from < length);
      differ(inside.map(([from, to]) => range(from, Math.min(to, length))));
    });
    return stretches;
  }

  const ask = asker(
    0,
    /** @param {{ question: VariantQuestion, branch: Branch, old: string }} asked */
    ({ question }) => server.write_variants(question),
    (answer, { question, branch, old }) => {
      if (branch !== current) return;
      root.removeAttribute("aria-busy");
      if (answer.error) return (words.textContent = answer.error);
      const given = Array.from(value().seed).length;
      const stretches = draw([old, question.text + answer.texts[0]], given);
      const others = stretches.reduce((sum, [from, to]) => sum + to - from, 0);
      const was = characterWords(Array.from(old)[branch.index]);
      const end = stretches.at(-1)?.[1] ?? branch.index + 1;
      const ends = end < Array.from(old).length - 10 ? "meets" : "differs";
      quoting(words,
        phrase(`temperature.branch.${ends}`, {
          character: characterWords(branch.character), was, place: branch.index + 1,
          n: question.length, others, end: end + 1,
        }),
      );
      say(words.textContent);
    },
  );

  function close() {
    current = null;
    for (const { mark, differ } of sides) [mark, differ].forEach((clear) => clear([]));
    root.hidden = true;
  }

  return {
    close,

    // Writes a column's text on from another character; displays nothing where it has no such one.
    /** @param {Branch} branch */
    open(branch) {
      const { columns, seed, length } = value();
      const { number, index, character } = branch;
      const column = columns[number];
      const all = Array.from(seed + (column?.text ?? ""));
      const step = index - Array.from(seed).length;
      if (step < 0 || index >= all.length) return;
      current = branch;
      const most = Math.max(1, Math.min(all.length - index - 1, BRANCH_MOST));
      const question = {
        ...variantQuestion(value(), [column.temperature], length),
        text: all.slice(0, index).join("") + character, step: step + 1, length: most,
      };
      const name = temperatureName(column.temperature);
      root.style.setProperty("--t", charlstmColours.temperatureColour(column.temperature));
      sides[0].name.textContent = phrase("temperature.branch.was", { temperature: name });
      const other = { temperature: name, character: characterWords(character) };
      quoting(sides[1].name, phrase("temperature.branch.with", other));
      root.hidden = false;
      root.setAttribute("aria-busy", "true");
      words.textContent = phrase("temperature.branch.waiting");
      const old = all.slice(0, index + 1 + most).join("");
      draw([old, question.text], index - step);
      root.scrollIntoView({ block: "start" });
      ask({ question, branch, old });
    },
  };
}
