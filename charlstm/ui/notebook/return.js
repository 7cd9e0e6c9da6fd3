// Above another tab that a step of the lesson opened: the step's question, and the way back.

/**
 * @typedef {object} StepInShort
 * @property {string} name
 * @property {string} question
 *
 * @typedef {object} Return
 * @property {StepInShort[]} steps
 */

/** @param {Component<Return>} component */
function mountReturn({ element, props }) {
  const bar = element.querySelector(".course-return");
  const { steps } = props.value;
  const number = steps.findIndex(({ name }) => name === charlstmLink.arrived("step"));
  const tab = charlstmLink.arrived("tab");
  const hidden = (charlstmLink.arrived("hide") ?? "").split(",").includes("notebook");
  if (number < 0 || tab === null || tab === "notebook" || hidden) return;
  const { question } = steps[number];
  const lesson = () => document.querySelector('#tabs [data-tab-id="notebook"]');
  bar.hidden = false;
  const where = phrase("notebook.frame.lesson", { number: number + 1 });
  bar.setAttribute("aria-label", where);
  const text = make("p", "", bar);
  make("b", "", text, withLabel(where));
  quoting(make("span", "", text), question);
  pressable(phrase("notebook.frame.return"), "link-like", bar, () => lesson()?.click());
  // Gone for good once the lesson was opened, by whatever way.
  document.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest('[data-tab-id="notebook"]')) bar.hidden = true;
  });
}
