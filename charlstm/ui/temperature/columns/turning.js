// A column's text while its temperature is moved: the same dice, so that its beginning holds up to
// the character that another temperature draws otherwise. The first characters are asked for alone,
// so that they arrive soon, then some more once the temperature rests.

/**
 * @typedef {object} VariantQuestion
 * @property {string} checkpoint
 * @property {string} fingerprint
 * @property {string} text What stands before the first character to be written.
 * @property {number} step Number of that character, counted from 0 after the seed text.
 * @property {number} length
 * @property {number[]} temperatures
 * @property {number} dice
 * @property {Truncation} truncation
 *
 * @typedef {object} Variants
 * @property {string[]} texts Without the text before them.
 *
 * @typedef {TextServer & { write_variants: Served<VariantQuestion, Variants> }} ColumnServer
 */

const TURN_FIRST = 60;
const TURN_MOST = 200;

// A question about the columns' own seed text, dice and truncation.
/**
 * @param {Columns} columns
 * @param {number[]} temperatures
 * @param {number} most Characters.
 * @returns {VariantQuestion}
 */
function variantQuestion({ checkpoint, fingerprint, seed, dice, truncation, length }, temperatures, most) {
  return {
    checkpoint, fingerprint, text: seed, step: 0, length: Math.min(length, most), temperatures,
    dice, truncation,
  };
}

// The number of characters that two texts begin with alike.
function alikeUpTo(one, other) {
  const [first, second] = [Array.from(one), Array.from(other)];
  const apart = first.findIndex((character, i) => character !== second[i]);
  return apart < 0 ? first.length : apart;
}

/**
 * What a column can do for its moved temperature.
 *
 * @typedef {object} TurnedColumn
 * @property {() => TextAt} at The temperature that was last set, and the text that is displayed.
 * @property {(text: string) => void} show Displays another text in its place.
 * @property {() => string} shown The text that is displayed.
 * @property {(index: number | null) => void} mark Marks a written character, or none.
 * @property {Element} words Where is said how far the text holds.
 * @property {(sentence: string) => void} fail
 */

// Redraws one column's text while its temperature is moved.
/**
 * @param {ColumnServer} server
 * @param {() => Columns} value
 * @param {TurnedColumn} column
 */
function turning(server, value, column) {
  /** @type {VariantQuestion | null} */
  let wanted = null; // at the temperature that was last moved to; null while nothing moves
  let texts = new Map(); // temperature -> what it is known to begin with, of the question `about`
  let about = "";
  /** @type {TextAt | null} */
  let from = null; // where the movement began
  /** @type {TextAt | null} */
  let drawn = null; // the text that was last displayed here

  const ask = asker(
    0,
    /** @param {{ whole: VariantQuestion, had: string, of: string }} asked */
    ({ whole, had }) => {
      const step = Array.from(had).length;
      const length = (step ? whole.length : Math.min(TURN_FIRST, whole.length)) - step;
      return server.write_variants({ ...whole, text: whole.text + had, step, length });
    },
    (answer, { whole, had, of }) => {
      if (wanted === null || of !== about) return;
      if (answer.error) return column.fail(answer.error);
      const [temperature] = whole.temperatures;
      texts.set(temperature, had + answer.texts[0]);
      if (temperature === wanted.temperatures[0]) go();
      else if (!texts.has(wanted.temperatures[0])) display(temperature);
    },
    true,
  );

  const facts = () => JSON.stringify({ ...variantQuestion(value(), [], TURN_MOST) });

  // Displays what is known at the wanted temperature, and asks for what is missing.
  function go() {
    const [temperature] = wanted.temperatures;
    const had = texts.get(temperature) ?? "";
    if (had) display(temperature);
    if (Array.from(had).length < wanted.length) ask({ whole: wanted, had, of: about });
  }

  function display(temperature) {
    drawn = { temperature, text: texts.get(temperature) };
    column.show(drawn.text);
    compare();
  }

  // Marks where the displayed text breaks away from the one that the movement began with.
  function compare() {
    const [before, now] = [from.text, column.shown()];
    const alike = alikeUpTo(before, now);
    const breaks = alike < Math.min(Array.from(before).length, Array.from(now).length);
    const held = { n: alike, temperature: temperatureName(from.temperature) };
    column.words.textContent = breaks
      ? phrase("temperature.columns.alike", held)
      : phrase("temperature.columns.alike_all", held);
    column.mark(breaks ? alike : null);
  }

  function forget() {
    wanted = from = drawn = null;
    column.words.textContent = "";
    column.mark(null);
  }

  return {
    // A person moves across a temperature.
    move(temperature) {
      if (!column.shown()) return;
      if (facts() !== about) [about, texts] = [facts(), new Map()];
      if (wanted === null) from = column.at();
      if (temperature === from.temperature) {
        column.show(from.text);
        return forget();
      }
      if (temperature === wanted?.temperatures[0]) return;
      wanted = variantQuestion(value(), [temperature], TURN_MOST);
      go();
    },

    // A person has set a temperature: what still arrives is not displayed. Returns what its text is
    // known to begin with, or null where no text stood.
    set(temperature) {
      const moved = from !== null && facts() === about;
      wanted = null;
      return moved ? (drawn?.temperature === temperature ? drawn.text : "") : null;
    },

    // The column has a new value. Returns whether its text may be displayed.
    /** @param {TextAt} at */
    arrived(at) {
      if (from === null) return true;
      if (facts() !== about) forget();
      return from === null || at.temperature === drawn?.temperature || wanted === null;
    },

    // The column's text has been displayed.
    compare() {
      if (from !== null && wanted === null) compare();
    },
  };
}
