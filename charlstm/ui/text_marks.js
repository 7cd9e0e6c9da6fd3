// Marks on a text that are no elements of their own: the browser paints ranges, which costs no
// layout, so that a long text can be marked character by character. In a browser without them
// nothing is marked; whatever a mark says stands in words, too.
//
// Returns a function that gets all ranges of one owner; other owners' ranges of that name stay.
function marks(name, priority = 0) {
  let mine = [];
  return (ranges) => {
    const all = window.CSS?.highlights;
    if (!all) return;
    if (!all.has(name)) {
      all.set(name, new Highlight());
      all.get(name).priority = priority;
    }
    const found = all.get(name);
    for (const range of mine) found.delete(range);
    for (const range of ranges) found.add(range);
    mine = ranges;
  };
}
