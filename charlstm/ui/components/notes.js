// Displays a list of sentences, a line each; they enter the page as text nodes.

/** @param {Component<string[]>} component */
function mountNotes({ element, props, watch }) {
  const box = element.querySelector(".notes");

  function draw() {
    box.replaceChildren(...(props.value ?? []).map((sentence) => make("p", "", null, sentence)));
  }

  watch("value", draw);
  draw();
}
