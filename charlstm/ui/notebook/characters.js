// Characters and bits in words.

// A character as a tile shows it: a sign for one without a shape.
const TILE_SIGNS = { " ": "␣", "\n": "↵", "\t": "⇥" };
const tileSign = (character) => TILE_SIGNS[character] ?? character;

// The sign of a character's name, as `character_name` in components/words.py makes it.
const NAME_SIGNS = { space: "␣", newline: "↵", tab: "⇥" };
const nameSign = (name) => NAME_SIGNS[name] ?? name;

// What so many bits are like: "2 bits: 4 equally likely characters".
const equallyLikely = (bits) => (2 ** bits).toFixed(1);
