// Walking along a text with the arrow keys; each text is one tab stop. The focus is on an invisible
// slider before the text: every screen reader passes the arrow keys to a slider and reads its value
// whenever it changes, while the text itself stays plain text.
//   start()       returns the index that the first step goes to
//   went(index)   called with the index after each step
function walkAlong(pre, places, { start, went }) {
  const slider = document.createElement("div");
  slider.className = "walk unseen";
  slider.tabIndex = 0;
  slider.setAttribute("role", "slider");
  slider.setAttribute("aria-valuemin", "1");
  pre.before(slider);
  let index = null;
  let byPointer = false;

  function go(to) {
    const { length } = places();
    if (!length) return;
    index = Math.min(Math.max(to, 0), length - 1);
    slider.setAttribute("aria-valuemax", String(length));
    slider.setAttribute("aria-valuenow", String(index + 1));
    went(index);
  }

  const keys = {
    ArrowLeft: () => index - 1,
    ArrowRight: () => index + 1,
    ArrowUp: () => places().lineAway(index, -1),
    ArrowDown: () => places().lineAway(index, 1),
    Home: () => 0,
    End: () => Infinity,
    Enter: () => index,
    " ": () => index,
  };

  slider.addEventListener("keydown", (event) => {
    const to = keys[event.key];
    if (!to || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    go(index === null ? start() : to());
  });
  slider.addEventListener("focus", () => {
    if (!byPointer) go(index ?? start());
  });
  pre.addEventListener("click", (event) => {
    if (slider.hidden || !getSelection().isCollapsed) return; // the click ended a selection
    const at = places().at(event.clientX, event.clientY);
    if (at === null) return;
    focus();
    go(at);
  });

  function focus() {
    byPointer = true;
    slider.focus({ preventScroll: true });
    byPointer = false;
  }

  function rest() {
    index = null;
    slider.setAttribute("aria-valuenow", "1");
    slider.setAttribute("aria-valuemax", String(Math.max(places().length, 1)));
    slider.setAttribute("aria-valuetext", phrase("temperature.reading.keys"));
  }

  rest();
  return {
    go,
    focus,
    rest,
    get place() {
      return index;
    },
    rename(name) {
      slider.setAttribute("aria-label", name);
    },
    // Without a text there is no tab stop.
    allow(on) {
      slider.hidden = !on;
    },
    say(words) {
      slider.setAttribute("aria-valuetext", words);
    },
  };
}
