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

// Places in a text that stands in some text nodes, one after the other. A place counts characters
// as Python does, a node counts in UTF-16: a character beyond the first 65,536 is two of its units.
//
// Returns a function that looks at the text as it is now: what it gives is good until that changes.
function placesIn(nodes) {
  return () => {
    const text = nodes.map((node) => node.data).join("");
    // Units before each place; without such characters they are the place itself.
    let units = null;
    if (/[\ud800-\udbff]/.test(text)) {
      units = [0];
      for (const character of text) units.push(units.at(-1) + character.length);
    }
    const length = units ? units.length - 1 : text.length;
    const unit = (place) => (units ? units[place] : place);
    const placeOf = (offset) => (units ? units.findLastIndex((each) => each <= offset) : offset);
    const starts = nodes.map((node, i) => nodes.slice(0, i).reduce((sum, n) => sum + n.length, 0));

    // The node that a unit stands in, and where; `behind` a unit is still in the node that it ends.
    function spot(offset, behind) {
      const i = nodes.findIndex((node, k) =>
        behind ? offset <= starts[k] + node.length : offset < starts[k] + node.length,
      );
      return i < 0 ? [nodes.at(-1), nodes.at(-1).length] : [nodes[i], offset - starts[i]];
    }

    // A range over the characters from one place up to another.
    function range(from, to) {
      const [startContainer, startOffset] = spot(unit(from), false);
      const [endContainer, endOffset] = spot(unit(to), true);
      return new StaticRange({ startContainer, startOffset, endContainer, endOffset });
    }

    // Where a character is on the screen; a newline or a space at a line's end may have no width.
    function box(place) {
      const { startContainer, startOffset, endContainer, endOffset } = range(place, place + 1);
      const live = document.createRange();
      live.setStart(startContainer, startOffset);
      live.setEnd(endContainer, endOffset);
      return [...live.getClientRects()].at(-1) ?? live.getBoundingClientRect();
    }

    // The place of the character at a point of the screen, or null.
    function at(x, y) {
      const caret = document.caretPositionFromPoint?.(x, y);
      const old = caret ? null : document.caretRangeFromPoint?.(x, y);
      const node = caret ? caret.offsetNode : old?.startContainer;
      if (!nodes.includes(node)) return null;
      const place = placeOf(starts[nodes.indexOf(node)] + (caret?.offset ?? old.startOffset));
      // A caret is between two characters: the point is on one of them, or beside a line's end.
      const on = (each) => {
        const { left, right, top, bottom } = box(each);
        return left <= x && x <= right && top <= y && y <= bottom;
      };
      const before = place > 0 && (place >= length || (on(place - 1) && !on(place)));
      return before ? place - 1 : place < length ? place : null;
    }

    // The place one line up (-1) or down (1), as near as can be to straight above or below.
    function lineAway(place, way) {
      const middle = ({ left, right }) => (left + right) / 2;
      const here = box(place);
      const far = (there, top) => Math.abs(there.top - top) > here.height / 2;
      let best = place;
      let nearest = Infinity;
      let line = null;
      for (let next = place + way; next >= 0 && next < length; next += way) {
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
