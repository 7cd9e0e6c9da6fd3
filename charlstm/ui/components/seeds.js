/**
 * @typedef {object} Examples
 * @property {string} box
 * @property {string[]} texts
 */

// Lets a box for a seed text follow the checkpoint, as long as it holds a text that nobody typed.
var charlstmSeeds = (() => {
  const untouched = new Map(); // id of a box -> what it may hold without that anybody typed it

  return {
    // A person chose another checkpoint: `shown` is what suited the one before, and `first`
    // is the text that the page opens with.
    /**
     * @param {Examples} shown
     * @param {string} first
     */
    leaves(shown, first) {
      const { box, texts } = shown;
      untouched.set(box, [first, ...texts, ...(untouched.get(box) ?? [])]);
      if (box === "seed-text") charlstmWriting.waits();
    },

    // Returns what the box holds from now on; `shown` is what suits the new checkpoint.
    /**
     * @param {string} seed
     * @param {Examples} shown
     */
    followed(seed, shown) {
      const { box, texts } = shown;
      const follows = untouched.get(box)?.includes(seed) && texts.length && !texts.includes(seed);
      const next = follows ? texts[0] : seed;
      untouched.delete(box);
      if (box === "seed-text") charlstmWriting.goes(next);
      return next;
    },
  };
})();
