// The steps or the slips of the notebook.

/**
 * @typedef {object} Step
 * @property {string} title
 * @property {string} text
 * @property {string[]} places
 * @property {string} code "" for none.
 *
 * @typedef {object} Slip
 * @property {string} slip
 * @property {string} mended
 * @property {string} place
 *
 * @typedef {object} Walk
 * @property {number} first The number of the first step.
 * @property {Step[]} steps
 * @property {Slip[]} slips
 */

/**
 * @param {HTMLElement} box
 * @param {number} number
 * @param {Step} step
 */
function drawStep(box, number, { title, text, places, code }) {
  const card = make("section", "card step", box);
  const words = make("div", "words", card);
  const heading = make("h2", "", words);
  make("span", "number", heading, String(number));
  heading.append(title);
  make("p", "", words, text);
  const list = make("ul", "places", words);
  for (const place of places) make("li", "", list, place);
  if (code) make("pre", "", card, code);
}

/**
 * @param {HTMLElement} box
 * @param {Slip[]} slips
 */
function drawSlips(box, slips) {
  const card = make("section", "card", box);
  make("h2", "", card, "Where the notebook slips, and what happens here");
  const list = make("ul", "slips", card);
  for (const { slip, mended, place } of slips) {
    const item = make("li", "", list);
    make("p", "slip", item, slip);
    make("span", "place", make("p", "mended", item, mended), place);
  }
}

/** @param {Component<Walk>} component */
function mountWalk({ element, props }) {
  const box = element.querySelector(".walk");
  const { first, steps, slips } = props.value;
  steps.forEach((step, i) => drawStep(box, first + i, step));
  if (slips.length) drawSlips(box, slips);
}
