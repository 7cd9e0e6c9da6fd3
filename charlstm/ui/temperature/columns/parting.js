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
  const names = { " ": "a space", "\n": "a newline", "\t": "a tab" };
  if (names[character]) return names[character];
  if (!/[\p{C}\p{Z}\p{M}]/u.test(character)) return `“${character}”`;
  return `U+${character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
}

// "The columns part at character 31: “a” at T 0.2 and 0.5, “o” at T 1.0."
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
  const list = new Intl.ListFormat("en");
  const parts = [...held].map(([c, at]) => `${characterWords(c)} at T ${list.format(at)}`);
  const position = (given + before + 1).toLocaleString("en");
  return `The columns part at character ${position}: ${parts.join(", ")}.`;
}
