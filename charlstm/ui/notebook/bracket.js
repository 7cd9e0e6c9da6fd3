// The step on the bracket: the reader's guess before the model is asked.

/**
 * @param {LiveStep} step
 * @param {ReturnType<typeof courseProgress>} progress
 */
function bracketLive({ box }, progress) {
  const group = make("fieldset", "course-fields", box);
  make("legend", "", group, phrase("notebook.bracket.title"));
  const said = make("p", "", box);
  said.setAttribute("role", "status");
  const names = {
    closed: phrase("notebook.bracket.closed"),
    control: phrase("notebook.bracket.control"),
  };
  const fields = Object.entries(names).map(([name, label]) => {
    const type = { type: "number", min: "0", max: "200", value: progress.guess(name) };
    const field = labelled(group, label, type);
    field.addEventListener("input", () => {
      progress.guessed(name, field.value);
      draw();
    });
    return field;
  });

  function draw() {
    const [closed, control] = fields.map((field) => field.value);
    said.textContent = closed && control ? phrase("notebook.bracket.yours", { closed, control }) : "";
  }

  draw();
  return () => {};
}
