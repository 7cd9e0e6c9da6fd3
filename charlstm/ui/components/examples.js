// Seed texts that suit the chosen checkpoint: each is typed into the box by one press. Of a long one
// the end is displayed, which the model goes on from.

const EXAMPLE_SHOWN = 29; // characters, the last ones from a word's beginning

/** @param {Component<Examples>} component */
function mountExamples({ element, props, watch, trigger }) {
  const row = element.querySelector(".seed-examples");

  function type(text) {
    const box = document.querySelector(`#${props.value.box} textarea`);
    box.value = text;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    trigger("input");
  }

  function draw() {
    const { texts } = props.value;
    row.replaceChildren();
    if (texts.length) make("span", "dim", row, phrase("components.try"));
    for (const text of texts) {
      const whole = text.trimEnd();
      const end = `… ${whole.slice(2 - EXAMPLE_SHOWN).replace(/^\S*\s+/, "")}`;
      const shown = whole.length > EXAMPLE_SHOWN ? end : whole;
      const button = pressable(shown, "", row, () => type(text), whole);
      button.title = text;
    }
  }

  watch("value", draw);
  draw();
}
