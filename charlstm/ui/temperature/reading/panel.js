// The panel "Read a text"; the text enters the page as a text node.

/**
 * @typedef {object} ReadText
 * @property {string} text "" before a text was read.
 * @property {string} checkpoint
 * @property {string} fingerprint
 * @property {Scores} [scores]
 * @property {string} [unknown] A sentence on characters that the model has not seen.
 */

/** @param {Component<ReadText, TextServer>} component */
function mountPanel({ element, props, watch, server }) {
  const part = (name) => element.querySelector(`.${name}`);
  const pre = make("pre", "", part("reading-body"));
  const node = pre.appendChild(document.createTextNode(""));

  const texts = askableTexts(element, server, {
    asked() {
      const { checkpoint, fingerprint, text } = props.value;
      return text ? { checkpoint, fingerprint, text, given: Infinity, drawn: null } : null;
    },
    known: () => props.value.scores,
    name: "reading-heat",
    heat: "bits",
  });
  texts.add(pre, [node], () => 0);
  texts.name(0, "Walk along the text", true);

  function draw() {
    const { checkpoint, text, scores, unknown } = props.value;
    part("text-read").hidden = !text;
    if (!text) return;
    texts.forget(0);
    node.data = text;
    const n = count(Array.from(text).length - 1, "character");
    part("text-sum").textContent =
      `${checkpoint} takes ${scores.total.toLocaleString("en", { maximumFractionDigits: 1 })} bits ` +
      `for this text: ${scores.mean.toFixed(3)} bits a character, over the ${n} after the first.`;
    part("text-unknown").textContent = unknown ?? "";
    part("text-read-said").textContent = part("text-sum").textContent;
    texts.finished(0);
  }

  watch("value", draw);
  draw();
}
