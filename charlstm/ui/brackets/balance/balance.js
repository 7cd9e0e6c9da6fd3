// The seed text with its brackets marked, as it is typed, and a summary of them.

/**
 * @typedef {object} Balance
 * @property {string} text
 * @property {string | null} checkpoint
 * @property {number} temperature
 */

// The summary of a scan in two parts: "2 pairs, 1 unclosed" and "depth 1 at the end".
function summary({ pairs, unclosed, strays }) {
  const parts = [];
  if (pairs.length) parts.push(phrase("brackets.n.pairs", { n: pairs.length }));
  if (unclosed.length) parts.push(phrase("brackets.balance.n_unclosed", { n: unclosed.length }));
  if (strays.length) parts.push(phrase("brackets.balance.n_unmatched", { n: strays.length }));
  if (!parts.length) return [phrase("brackets.balance.none"), phrase("brackets.balance.nothing")];
  return [besides(parts), phrase("brackets.balance.depth_end", { n: unclosed.length })];
}

/** @param {Component<Balance, StripServer>} component */
function balanceView({ element, props, watch }) {
  const box = element.querySelector(".bracket-text");
  const [counted, depth, detail, copied] = element.querySelectorAll(".bracket-sum > *");
  linkButton(copied.parentElement, (words) => (copied.textContent = words), copied);
  const spoken = element.querySelector(".unseen");
  let before = null;
  let frame = 0;
  let pause = 0;
  const say = (sentence) => {
    detail.textContent = sentence;
    depth.hidden = Boolean(sentence);
  };

  function draw() {
    frame = 0;
    const text = props.value?.text ?? "";
    if (text === before) return;
    const { scanned, unmarked } = drawText(box, text);
    const [sum, end] = summary(scanned);
    counted.textContent = sum;
    depth.textContent = unmarked
      ? phrase("brackets.balance.last_marked", { end, n: MOST_MARKS })
      : end;
    say("");
    if (text.startsWith(before ?? "")) box.scrollTop = box.scrollHeight; // keep the end visible while typing
    before = text;
    // Announced only when typing pauses: an announcement at each key would cut off the one before.
    clearTimeout(pause);
    pause = setTimeout(() => (spoken.textContent = fullStop(besides([sum, end]))), 700);
  }

  listen(box, say);
  watch("value", () => (frame ||= requestAnimationFrame(draw)));
  draw();
}

// The balance view and the strip below it.
/** @param {Component<Balance, StripServer>} component */
function mountBalance(component) {
  balanceView(component);
  stripBelow(component);
}
