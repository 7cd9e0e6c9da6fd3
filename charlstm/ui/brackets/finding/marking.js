// Which unit acts like this? A person marks a span of the seed text; the server ranks the units by
// how well they tell it from the rest. Runs after rows.js.

/**
 * @typedef {object} MarkedText
 * @property {string} text
 * @property {string | null} checkpoint
 *
 * @typedef {object} MarkQuestion
 * @property {string} checkpoint
 * @property {string} text
 * @property {number} first
 * @property {number} end
 *
 * @typedef {object} MarkedUnit
 * @property {string} unit
 * @property {"c" | "h"} part
 * @property {boolean} high
 * @property {number} area
 *
 * @typedef {object} MarkAnswer
 * @property {number} marked
 * @property {number} characters
 * @property {MarkedUnit[]} units
 * @property {number} null_median
 * @property {number} null_highest
 *
 * @typedef {object} MarkingServer
 * @property {Served<MarkQuestion, MarkAnswer>} units_like
 */

/** @param {Component<MarkedText, MarkingServer>} component */
function mountMarking({ element, props, watch, server }) {
  const part = (name) => element.querySelector(`.marking-${name}`);
  const [pre, answer] = [part("text"), part("answer")];
  const [from, to] = part("choose").querySelectorAll("input");
  const button = part("choose").querySelector("button");
  const status = part("choose").querySelector("[role='status']");
  let characters = [];
  let asked = 0;

  // The marked characters, [first, end), or null.
  function mark() {
    const [first, last] = [from, to].map((box) => (box.value === "" ? NaN : Number(box.value)));
    const fits = 1 <= first && first <= last && last <= characters.length;
    return fits && Number.isInteger(first) && Number.isInteger(last) ? [first - 1, last] : null;
  }

  function draw() {
    const span = mark();
    const [first, end] = span ?? [characters.length, characters.length];
    const piece = (start, stop) => characters.slice(start, stop).join("");
    pre.replaceChildren(piece(0, first), make("mark", "", null, piece(first, end)), piece(end));
    if (!span) pre.replaceChildren(piece(0));
    answer.hidden = true;
    status.textContent = "";
    asked += 1;
  }

  // How many characters lie before a point of the text, whatever elements it is drawn with.
  function before(node, offset) {
    const range = document.createRange();
    range.setStart(pre, 0);
    range.setEnd(node, offset);
    return Array.from(range.toString()).length;
  }

  pre.addEventListener("pointerup", () => {
    const chosen = document.getSelection();
    if (!chosen || chosen.isCollapsed || !chosen.rangeCount) return;
    const { startContainer, startOffset, endContainer, endOffset } = chosen.getRangeAt(0);
    if (!pre.contains(startContainer) || !pre.contains(endContainer)) return;
    from.value = before(startContainer, startOffset) + 1;
    to.value = before(endContainer, endOffset);
    draw();
  });

  /** @param {MarkAnswer} found */
  function show({ marked, characters: of, units, null_median: median, null_highest: highest }) {
    const best = units[0];
    const lucky = best.area <= highest;
    part("said").textContent = phrase("brackets.mark_text.found", {
      n: marked,
      of,
      unit: best.unit,
      area: best.area.toFixed(3),
      median: median.toFixed(3),
      highest: highest.toFixed(3),
      so: lucky ? phrase("brackets.mark_text.luck") : phrase("brackets.mark_text.more"),
    });
    const rows = units.map(({ unit, part: which, high, area }) => ({
      name: unit,
      unit: true,
      marks: /** @type {UnitMark[]} */ ([{ kind: "shown", at: onAreas(area) }]),
      words: areaWords(area, which, high),
    }));
    drawUnitRows(answer.querySelector(".unit-rows"), rows, AREA_TICKS, [onAreas(0.5), onAreas(highest)]);
    answer.hidden = false;
  }

  button.addEventListener("click", async () => {
    const { text, checkpoint } = props.value;
    const span = mark();
    answer.hidden = true;
    if (checkpoint === null) return (status.textContent = phrase("brackets.mark_text.no_checkpoint"));
    if (!span) {
      const n = Math.max(characters.length, 1);
      return (status.textContent = phrase("brackets.mark_text.range", { n }));
    }
    status.textContent = phrase("brackets.mark_text.reads");
    const mine = (asked += 1);
    let found;
    try {
      found = await server.units_like({ checkpoint, text, first: span[0], end: span[1] });
    } catch {
      found = { error: phrase("brackets.no_answer") };
    }
    if (mine !== asked) return;
    status.textContent = found.error ?? "";
    if (!found.error) show(found);
  });

  for (const box of [from, to]) box.addEventListener("input", draw);
  function changed() {
    const now = Array.from(props.value.text ?? "");
    if (now.join("") !== characters.join("")) [from.value, to.value] = ["", ""];
    characters = now;
    draw();
  }
  watch("value", changed);
  changed();
}
