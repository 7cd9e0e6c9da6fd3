// The last two entries of the lesson's list: the notebook's headings with what they became, and what
// a teacher needs, with a sheet of the questions to print.

// Printed, only the sheet is on the page.
const SHEET_STYLE = `
  @media screen { .course-sheet { display: none; } }
  @media print {
    body > :not(.course-sheet) { display: none !important; }
    body { background: Canvas !important; color-scheme: light; }
    .course-sheet { color: CanvasText; font: 12pt/1.4 system-ui, sans-serif; }
    .course-sheet h1 { font-size: 16pt; }
    .course-sheet section { break-inside: avoid; margin: 14pt 0 0; }
    .course-sheet h2 { font-size: 12pt; margin: 0; }
    .course-sheet p { margin: 2pt 0; }
    .course-sheet hr { border: 0; border-bottom: 0.5pt solid GrayText; margin: 20pt 0 0; }
  }`;

/**
 * @param {CourseStep[]} steps
 */
function printQuestions(steps) {
  const sheet = make("div", "course-sheet", document.body);
  make("style", "", sheet, SHEET_STYLE);
  make("h1", "", sheet, phrase("notebook.sheet.title"));
  make("p", "", sheet, withLabel(phrase("notebook.sheet.name"), "____________________________"));
  for (const [i, { title, question }] of steps.entries()) {
    const part = make("section", "", sheet);
    make("h2", "", part, `${i + 1}. ${title}`);
    make("p", "", part, question);
    for (let line = 0; line < 3; line++) make("hr", "", part);
  }
  window.addEventListener("afterprint", () => sheet.remove(), { once: true });
  window.print();
}

/**
 * @param {HTMLElement} box
 * @param {CourseStep[]} steps
 * @param {(name: string) => HTMLElement} link Makes a link to a step.
 */
function teacherPage(box, steps, link) {
  const minutes = steps.reduce((sum, step) => sum + step.minutes, 0);
  make("p", "", box, phrase("notebook.sheet.text", { minutes }));
  const tools = make("p", "text-buttons", box);
  pressable(phrase("notebook.sheet.print"), "", tools, () => printQuestions(steps));
  const list = make("ol", "course-teacher", box);
  for (const { name, minutes, ask, expect } of steps) {
    const item = make("li", "", list);
    const head = make("p", "", item);
    head.append(link(name), ` · ${phrase("notebook.frame.minutes", { minutes })}`);
    for (const [title, text] of [[phrase("notebook.sheet.ask"), ask], [phrase("notebook.sheet.expect"), expect]]) {
      const line = make("p", "", item);
      make("b", "", line, withLabel(title));
      line.append(text);
    }
  }
}

/**
 * @param {HTMLElement} box
 * @param {CourseSection[]} sections
 * @param {Record<string, CourseCode>} code
 * @param {(name: string) => HTMLElement} link
 */
function sectionsPage(box, sections, code, link) {
  const table = make("table", "course-sections", make("div", "course-scroll", box));
  const head = make("tr", "", make("thead", "", table));
  for (const title of [phrase("notebook.headings.section"), phrase("notebook.headings.here"), phrase("notebook.headings.code")]) {
    make("th", "dim", head, title).scope = "col";
  }
  const body = make("tbody", "", table);
  for (const { section, step, here } of sections) {
    const row = make("tr", "", body);
    make("th", "", row, section).scope = "row";
    make("td", "", row).append(step ? link(step) : here);
    const cell = make("td", "places", row);
    for (const place of code[step]?.places ?? []) make("div", "", cell, place);
  }
}
