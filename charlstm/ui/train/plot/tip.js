// The tooltip beside the plot's cursor. Runs after scales.js.

// Returns a function that writes its lines at a place on the x axis, or hides it.
/**
 * @param {HTMLCanvasElement} canvas Of the plot.
 * @param {HTMLElement} tip
 * @returns {(point: { at: number, lines: string[] } | null) => void}
 */
function plotTip(canvas, tip) {
  return (point) => {
    tip.hidden = point === null;
    if (point === null) return;
    while (tip.children.length > point.lines.length) tip.lastChild.remove();
    point.lines.forEach((text, i) => {
      const line = tip.children[i] ?? tip.appendChild(document.createElement("div"));
      line.textContent = text;
    });
    const room = Math.max(0, canvas.clientWidth - tip.offsetWidth);
    const beside = point.at + 12 <= room ? point.at + 12 : point.at - 12 - tip.offsetWidth;
    const at = Math.round(Math.min(Math.max(0, beside), room));
    tip.style.transform = `translate(${at}px, ${MARGIN.top}px)`;
  };
}
