// A drawing of which one item is chosen with the pointer or the keys, and a sentence on that item
// below it. Runs after components/parts.js.

/**
 * @typedef {object} DrawnFigure
 * @property {string} kind The class of the drawing is `KIND-area`.
 * @property {string} label What an item is, for screen readers.
 * @property {number} height CSS pixels
 * @property {() => number} last The last item, or -1 while there is nothing to draw.
 * @property {(left: number) => number} under The item at a distance from the left edge.
 * @property {(svg: SVGSVGElement, chosen: number) => void} paint
 * @property {(item: number) => string} words
 * @property {(item: number) => number} [name] The item's number for screen readers; itself if missing.
 */

// Makes a figure in a box. It is redrawn whenever its width changes, and when the function that is
// returned, `redraw`, is called; `area` is its element.
/**
 * @param {Element} box
 * @param {DrawnFigure} figure
 */
function figureIn(box, { kind, label, height, last, under, paint, words, name = (item) => item }) {
  const area = make("div", `figure-area ${kind}-area`, box);
  asSlider(area, label);
  const svg = shape("svg", { width: "100%", height, "aria-hidden": "true" }, area);
  const sentence = make("p", "curves-said", box);
  let frame = 0;

  const chosen = chooser(area, {
    last,
    under: (event) => under(event.clientX - area.getBoundingClientRect().left),
    moved: redraw,
  });

  function redraw() {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      if (last() < 0 || !area.clientWidth) return;
      svg.replaceChildren();
      const item = chosen();
      paint(svg, item);
      sentence.textContent = words(item);
      sayPlace(area, name(item), name(last()), sentence.textContent);
    });
  }

  new ResizeObserver(redraw).observe(area);
  return { area, redraw };
}
