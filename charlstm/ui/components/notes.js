// What is to be said about a text box, one short line each. Value: a list of sentences.
const box = element.querySelector(".notes");

function draw() {
  box.replaceChildren(
    ...(props.value ?? []).map((sentence) => {
      const line = document.createElement("p");
      line.textContent = sentence;
      return line;
    }),
  );
}

watch("value", draw);
draw();
