// Marks characters of a text with the CSS Custom Highlight API instead of elements: painting ranges
// needs no layout, so that each character of a long text can be marked. A browser without the API
// marks nothing; everything that a mark shows is also in words.
//
// Returns a function that replaces this owner's ranges; other owners' ranges under the same name
// stay.
function marks(name, priority = 0) {
  let mine = [];
  return (ranges) => {
    const all = window.CSS?.highlights;
    if (!all) return;
    if (!all.has(name)) {
      all.set(name, new Highlight());
      all.get(name).priority = priority;
    }
    const highlight = all.get(name);
    for (const range of mine) highlight.delete(range);
    for (const range of ranges) highlight.add(range);
    mine = ranges;
  };
}

// Converts between indices of characters in a text, offsets in its text nodes, and points of the
// screen. An index counts characters, as Python does; an offset counts UTF-16 units, of which a
// character above U+FFFF has two.
//
// Returns a function that returns the conversions for the current text; they are valid until the
// text changes.
function placesIn(nodes) {
  return () => {
    const text = nodes.map((node) => node.data).join("");
    // The offset of each index; null where every character is one unit, so that both are equal.
    let units = null;
    if (/[\ud800-\udbff]/.test(text)) {
      units = [0];
      for (const character of text) units.push(units.at(-1) + character.length);
    }
    const length = units ? units.length - 1 : text.length;
    const unit = (index) => (units ? units[index] : index);
    const indexOf = (offset) => (units ? units.findLastIndex((each) => each <= offset) : offset);
    const starts = nodes.map((node, i) => nodes.slice(0, i).reduce((sum, n) => sum + n.length, 0));

    // The node of an offset in the whole text, and the offset in that node. Between two nodes it is
    // the start of the second, or with `behind` the end of the first.
    function spot(offset, behind) {
      const i = nodes.findIndex((node, k) =>
        behind ? offset <= starts[k] + node.length : offset < starts[k] + node.length,
      );
      return i < 0 ? [nodes.at(-1), nodes.at(-1).length] : [nodes[i], offset - starts[i]];
    }

    // The range over the characters from one index up to another.
    function range(from, to) {
      const [startContainer, startOffset] = spot(unit(from), false);
      const [endContainer, endOffset] = spot(unit(to), true);
      return new StaticRange({ startContainer, startOffset, endContainer, endOffset });
    }

    // A character's box on the screen; a newline or a space at a line's end may have no width.
    function box(index) {
      const { startContainer, startOffset, endContainer, endOffset } = range(index, index + 1);
      const live = document.createRange();
      live.setStart(startContainer, startOffset);
      live.setEnd(endContainer, endOffset);
      return [...live.getClientRects()].at(-1) ?? live.getBoundingClientRect();
    }

    // The index of the character at a point of the screen, or null.
    function at(x, y) {
      const caret = document.caretPositionFromPoint?.(x, y);
      const old = caret ? null : document.caretRangeFromPoint?.(x, y);
      const node = caret ? caret.offsetNode : old?.startContainer;
      if (!nodes.includes(node)) return null;
      const index = indexOf(starts[nodes.indexOf(node)] + (caret?.offset ?? old.startOffset));
      // A caret is between two characters: the point is on one of them, or beyond a line's end.
      const on = (each) => {
        const { left, right, top, bottom } = box(each);
        return left <= x && x <= right && top <= y && y <= bottom;
      };
      const before = index > 0 && (index >= length || (on(index - 1) && !on(index)));
      return before ? index - 1 : index < length ? index : null;
    }

    // The index of the character nearest to straight above (way -1) or below (1), one line away.
    function lineAway(index, way) {
      const middle = ({ left, right }) => (left + right) / 2;
      const here = box(index);
      const far = (there, top) => Math.abs(there.top - top) > here.height / 2;
      let best = index;
      let nearest = Infinity;
      let line = null;
      for (let next = index + way; next >= 0 && next < length; next += way) {
        const there = box(next);
        if (line === null && !far(there, here.top)) continue;
        line ??= there.top;
        if (far(there, line)) break;
        const off = Math.abs(middle(there) - middle(here));
        if (off < nearest) [best, nearest] = [next, off];
      }
      return best;
    }

    return { text, length, range, box, at, lineAway };
  };
}
