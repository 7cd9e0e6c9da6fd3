// Choosing one item of a drawing with the pointer or the keys. Loaded with parts.js by every drawn
// component.

// Chooses one index of a drawing's items: the one under the pointer; else the one that a click or
// the arrow keys chose, until the drawing loses the focus; else the last.
//   under(event)    the index under the pointer
//   last()          the last index, or -1 while there are no items
//   moved(by)       called whenever the index has changed, by "key" or by "pointer"
// Returns a function that returns the index.
function chooser(target, { under, last, moved }) {
  let kept = null;
  let pointed = null;
  const index = () => Math.min(pointed ?? kept ?? last(), last());

  function set(newKept, newPointed, by = "pointer") {
    const before = index();
    [kept, pointed] = [newKept, newPointed];
    if (last() >= 0 && index() !== before) moved(by);
  }

  target.addEventListener("pointermove", (event) => set(kept, under(event)));
  target.addEventListener("pointerdown", (event) => set(under(event), under(event)));
  target.addEventListener("pointerleave", () => set(kept, null));
  target.addEventListener("focusout", () => set(null, pointed));
  target.addEventListener("keydown", (event) => {
    const at = index();
    const to = {
      ArrowLeft: at - 1,
      ArrowDown: at - 1,
      ArrowRight: at + 1,
      ArrowUp: at + 1,
      PageUp: at - 10,
      PageDown: at + 10,
      Home: 0,
      End: last(),
    }[event.key];
    if (to === undefined || last() < 0) return;
    event.preventDefault();
    set(Math.min(Math.max(to, 0), last()), null, "key");
  });
  return index;
}

// CSS pixels of one of `places` along a scrolled drawing: as many as fit, from `least` to `most`.
function pitchIn(scroll, places, { least, most }) {
  return Math.min(Math.max(Math.floor(scroll.clientWidth / places), least), most);
}

// A `chooser` of a place along a scrolled drawing; a key scrolls the place that it chooses into view.
//   pitch()   CSS pixels of a place
function placeChooser(scroll, { last, pitch, moved }) {
  const chosen = chooser(scroll, {
    last,
    under(event) {
      const left = event.clientX - scroll.getBoundingClientRect().left + scroll.scrollLeft;
      return Math.min(Math.max(Math.floor(left / pitch()), 0), last());
    },
    moved(by) {
      if (by === "key") {
        const [left, step] = [chosen() * pitch(), pitch()];
        const right = left + step - scroll.clientWidth;
        scroll.scrollLeft = Math.min(Math.max(scroll.scrollLeft, right), left);
      }
      moved();
    },
  });
  return chosen;
}

// Presents the target of a `chooser` to screen readers as a slider, which is at 0 until `sayPlace`.
function asSlider(target, label) {
  target.tabIndex = 0;
  target.setAttribute("role", "slider");
  target.setAttribute("aria-label", label);
  sayPlace(target, 0, 0, "");
}

// The place that a slider is at, with `words` as its value.
function sayPlace(target, at, last, words) {
  target.setAttribute("aria-valuemin", 0);
  target.setAttribute("aria-valuemax", last);
  target.setAttribute("aria-valuenow", at);
  target.setAttribute("aria-valuetext", words);
}
