// Where texts part: the first place at which they do not all hold the same character.

// Looks only at what is new since it last looked; `find` gives the characters before that place, or
// null while there is none.
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
      // Half of a character may be alike: the whole is where they part.
      const before = texts[0].slice(0, alike).replace(/[\ud800-\udbff]$/, "");
      return Array.from(before).length;
    },
  };
}

// As components/words.py names a character that has no shape of its own.
function characterWords(character) {
  const names = { " ": "a space", "\n": "a newline", "\t": "a tab" };
  if (names[character]) return names[character];
  if (!/[\p{C}\p{Z}\p{M}]/u.test(character)) return `“${character}”`;
  return `U+${character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
}

// "The columns part at character 31: “a” at T 0.2 and 0.5, “o” at T 1.0."
//   before   characters that are alike, counted from the start of what is written
//   given    characters of the seed text
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
  const place = (given + before + 1).toLocaleString("en");
  return `The columns part at character ${place}: ${parts.join(", ")}.`;
}
