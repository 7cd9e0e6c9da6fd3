// The panel "Read a text"; the text enters the page as a text node.

/**
 * @typedef {object} ReadText
 * @property {string} text "" before a text was read.
 * @property {string} checkpoint
 * @property {string} called
 * @property {string} fingerprint
 * @property {Scores} [scores]
 * @property {string} [unknown] A sentence on characters that the model has not seen.
 * @property {boolean} waiting Whether another one is being read.
 */

/** @param {Component<ReadText, TextServer>} component */
function mountPanel({ element, props, watch, server }) {
  const part = (name) => element.querySelector(`.${name}`);
  const pre = make("pre", "", part("reading-body"));
  const node = pre.appendChild(document.createTextNode(""));
  const opens = () => ({ panel: "reading" });

  const texts = askableTexts(element, server, {
    asked() {
      const { checkpoint, fingerprint, text } = props.value;
      return text ? { checkpoint, fingerprint, text, given: Infinity, drawn: null } : null;
    },
    known: () => props.value.scores,
    name: "reading-heat",
    heat: "bits",
    linked: opens,
  });
  const copied = make("span", "unseen", part("text-tools"));
  copied.setAttribute("role", "status");
  linkButton(part("text-tools"), (words) => (copied.textContent = words), copied, opens);
  texts.add(pre, [node], () => 0);
  texts.name(0, phrase("temperature.reading.walk"), true);

  function draw() {
    const { called, text, scores, unknown, waiting } = props.value;
    const card = part("text-read");
    card.hidden = !text && !waiting;
    card.classList.toggle("nothing", !text);
    card.setAttribute("aria-busy", String(waiting));
    if (waiting) part("text-sum").textContent = phrase("temperature.reading.waiting");
    if (!text || waiting) return;
    texts.forget(0);
    node.data = text;
    const total = scores.total.toLocaleString("en", { maximumFractionDigits: 1 });
    const n = Array.from(text).length - 1;
    const sum = { checkpoint: called, total, mean: scores.mean.toFixed(3), n };
    termed(part("text-sum"), phrase("temperature.reading.sum", sum));
    part("text-unknown").textContent = unknown ?? "";
    part("text-read-said").textContent = part("text-sum").textContent;
    texts.finished(0);
  }

  watch("value", draw);
  draw();
}
