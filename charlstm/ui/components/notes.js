// What is to be said about a text box, one short line each.

/** @param {Component<string[]>} component */
function mountNotes({ element, props, watch }) {
  const box = element.querySelector(".notes");

  function draw() {
    box.replaceChildren(...(props.value ?? []).map((sentence) => make("p", "", null, sentence)));
  }

  watch("value", draw);
  draw();
}
