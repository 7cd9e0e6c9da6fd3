// The step on the notebook's slips: each opens for how to notice it, and what happens here.

/**
 * @param {LiveStep} step
 * @param {CourseSlip[]} slips
 * @param {Record<string, string>} places
 */
function slipsLive({ box }, slips, places) {
  for (const { name, slip, notice, mended } of slips) {
    const item = make("details", "course-slip", box);
    make("summary", "", item, slip);
    for (const [title, text] of [[phrase("notebook.slip.notice"), notice], [phrase("notebook.slip.mended"), mended]]) {
      const line = make("p", "", item);
      make("b", "", line, withLabel(title));
      line.append(text);
    }
    make("p", "places", item, places[name]);
  }
  return () => {};
}
