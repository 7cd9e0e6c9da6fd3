// Walking along a text with the arrow keys: one tab stop a text, however long. What has the focus is
// a slider without a size of its own in front of the text, because that is what every screen reader
// hands the arrow keys to, and reads out whenever its value changes; the text stays plain text.
//   start()    the place that the first step goes to
//   went(place)   hears where one is now
function walkAlong(pre, places, { start, went }) {
  const slider = document.createElement("div");
  slider.className = "walk unseen";
  slider.tabIndex = 0;
  slider.setAttribute("role", "slider");
  slider.setAttribute("aria-valuemin", "1");
  pre.before(slider);
  let place = null;
  let byPointer = false;

  function go(to) {
    const { length } = places();
    if (!length) return;
    place = Math.min(Math.max(to, 0), length - 1);
    slider.setAttribute("aria-valuemax", String(length));
    slider.setAttribute("aria-valuenow", String(place + 1));
    went(place);
  }

  const keys = {
    ArrowLeft: () => place - 1,
    ArrowRight: () => place + 1,
    ArrowUp: () => places().lineAway(place, -1),
    ArrowDown: () => places().lineAway(place, 1),
    Home: () => 0,
    End: () => Infinity,
    Enter: () => place,
    " ": () => place,
  };

  slider.addEventListener("keydown", (event) => {
    const to = keys[event.key];
    if (!to || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    go(place === null ? start() : to());
  });
  slider.addEventListener("focus", () => {
    if (!byPointer) go(place ?? start());
  });
  pre.addEventListener("click", (event) => {
    if (slider.hidden || !getSelection().isCollapsed) return; // a person selects, to copy
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
    place = null;
    slider.setAttribute("aria-valuenow", "1");
    slider.setAttribute("aria-valuemax", String(Math.max(places().length, 1)));
    slider.setAttribute("aria-valuetext", "arrow keys go along the text");
  }

  rest();
  return {
    go,
    focus,
    rest,
    get place() {
      return place;
    },
    rename(name) {
      slider.setAttribute("aria-label", name);
    },
    // Nothing to walk along: no tab stop either.
    allow(on) {
      slider.hidden = !on;
    },
    say(words) {
      slider.setAttribute("aria-valuetext", words);
    },
  };
}
