// Where texts part: the first index at which they do not all have the same character.

// `find` returns that index in characters, or null while there is none. It compares only what has
// been appended since the last call; `forget` makes it start at the beginning again.
function partingFinder() {
  let alike = 0; // UTF-16 units that all texts begin with

  return {
    forget() {
      alike = 0;
    },

    find(texts) {
      const shortest = Math.min(...texts.map(({ length }) => length));
      if (alike > shortest) alike = 0;
      const same = (unit) => texts.every((text) => text[unit] === texts[0][unit]);
      while (alike < shortest && same(alike)) alike += 1;
      if (alike === shortest) return null;
      // Two characters may share only their first half (a surrogate): they part before it.
      const before = texts[0].slice(0, alike).replace(/[\ud800-\udbff]$/, "");
      return Array.from(before).length;
    },
  };
}

// The name of a character in a sentence, as `character_name` in components/words.py has it.
function characterWords(character) {
  /** @type {Record<string, Below<"components.character">>} */
  const names = { " ": "space", "\n": "newline", "\t": "tab" };
  if (names[character]) return phrase(`components.character.${names[character]}`);
  if (!/[\p{C}\p{Z}\p{M}]/u.test(character)) return phrase("components.quoted", { character });
  return `U+${character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
}

// "First difference at character 31: “a” at T 0.2 and 0.5, “o” at T 1.0."
//   before   number of written characters before the texts part
//   given    number of characters of the seed text
/**
 * @param {TextAt[]} columns
 * @param {number} before
 * @param {number} given
 */
function partingSentence(columns, before, given) {
  const held = new Map();
  for (const { temperature, text } of columns) {
    const character = Array.from(text.slice(0, 2 * before + 2))[before];
    held.set(character, [...(held.get(character) ?? []), temperatureName(temperature)]);
  }
  const list = new Intl.ListFormat(charlstmLanguage);
  const parts = [...held].map(([c, at]) =>
    phrase("temperature.columns.holds", { character: characterWords(c), at: list.format(at) }),
  );
  const which = enumerated(parts);
  return phrase("temperature.columns.first_difference", { place: given + before + 1, which });
}

// What is to be asked of the marks of WikiText-2's format in some texts; "" where they have none.
/** @param {string[]} texts */
function formatQuestion(texts) {
  const has = (mark) => texts.some((text) => text.includes(mark));
  const found = ["@-@", "@,@", "@.@", "= ="].filter(has).slice(0, 2);
  const [first, second] = found.map((mark) => phrase("components.quoted", { character: mark }));
  if (second) return phrase("temperature.columns.what_are", { first, second });
  if (first) return phrase("temperature.columns.what_is", { first });
  return has(" , ") ? phrase("temperature.columns.why_spaces") : "";
}
