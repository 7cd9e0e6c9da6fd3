// A link for a lesson: the page with its settings, without some tabs; `opening.js` reads it.

/** @param {Component<null>} component */
function mountLesson({ element }) {
  const hidden = element.querySelector(".lesson-hidden");
  const opens = element.querySelector(".lesson-opens select");
  const copied = element.querySelector(".text-buttons .dim");
  const label = (tab) => document.querySelector(`#tabs [data-tab-id="${tab}"]`)?.textContent ?? tab;
  const now = (new URLSearchParams(location.search).get("hide") ?? "").split(",");
  const boxes = [...charlstmTabs, "more"].map((name) => {
    const line = make("label", "", hidden);
    const box = make("input", "", line);
    Object.assign(box, { type: "checkbox", value: name, checked: now.includes(name) });
    box.addEventListener("change", draw);
    line.append(` ${name === "more" ? phrase("classroom.lesson.panels") : label(name)}`);
    return box;
  });
  const names = () => boxes.filter((box) => box.checked).map((box) => box.value);

  function draw() {
    const before = opens.value;
    const visible = charlstmTabs.filter((tab) => !names().includes(tab));
    opens.replaceChildren();
    for (const tab of visible) make("option", "", opens, label(tab)).value = tab;
    opens.value = visible.includes(before) ? before : visible[0];
    // The last tab stays: a link that hides every tab would hide none.
    for (const box of boxes) {
      box.disabled = visible.length === 1 && visible[0] === box.value;
      box.parentElement.title = box.disabled ? phrase("classroom.lesson.one") : "";
    }
  }

  const also = () => ({ tab: opens.value, hide: names().join() });
  linkButton(copied.parentElement, (words) => (copied.textContent = words), copied, also);
  draw();
}
