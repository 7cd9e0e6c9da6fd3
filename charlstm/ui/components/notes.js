// Displays a list of sentences, a line each; they enter the page as text nodes.

/** @param {Component<string[]>} component */
function mountNotes({ element, props, watch }) {
  const box = element.querySelector(".notes");

  function draw() {
    box.replaceChildren();
    for (const sentence of props.value ?? []) termed(make("p", "", box), sentence);
  }

  watch("value", draw);
  draw();
}
