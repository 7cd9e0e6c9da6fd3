// The lesson: a list of its steps, and the one that is open.

/**
 * @typedef {object} CourseLink
 * @property {string} label
 * @property {string} query
 *
 * @typedef {object} CourseStep
 * @property {string} name
 * @property {string} title
 * @property {number} minutes
 * @property {string[]} text
 * @property {string} question
 * @property {string[]} answer
 * @property {CourseLink[]} opens
 * @property {string} ask
 * @property {string} expect
 *
 * @typedef {object} CourseSlip
 * @property {string} name
 * @property {string} slip
 * @property {string} notice
 * @property {string} mended
 *
 * @typedef {object} CourseSection
 * @property {string} section
 * @property {string} step
 * @property {string} here
 *
 * @typedef {object} CourseCode
 * @property {string[]} places
 * @property {string} code "" for none.
 *
 * @typedef {object} Course
 * @property {string | null} checkpoint
 * @property {CourseStep[]} steps
 * @property {CourseSlip[]} slips
 * @property {CourseSection[]} sections
 * @property {Record<string, CourseCode>} code
 * @property {Record<string, string>} places
 */

/** @param {Component<Course, CourseServer>} component */
function mountCourse({ element, props, watch, server }) {
  const root = element.querySelector(".course");
  const { steps, slips, sections, code, places } = props.value;
  const progress = courseProgress();
  const checkpoint = () => props.value.checkpoint;
  const follow = []; // what happens when the checkpoint changes
  const made = new Map(); // name of a page -> its element
  const buttons = new Map();
  let current = "";

  const titles = new Map(steps.map((step, i) => [step.name, `${i + 1}. ${step.title}`]));
  titles.set("sections", phrase("notebook.frame.sections"));
  titles.set("teacher", phrase("notebook.frame.teacher"));
  const names = [...titles.keys()];

  const list = make("nav", "course-list", root);
  list.setAttribute("aria-label", phrase("notebook.frame.list"));
  const items = make("ol", "", list);
  for (const name of names) {
    const button = pressable("", "", make("li", "", items), () => open(name, true));
    button.dataset.step = name;
    button.title = titles.get(name);
    const [number] = titles.get(name).match(/^\d+/) ?? [""];
    make("span", "number", button, number);
    make("span", "title", button, titles.get(name).replace(/^\d+\. /, ""));
    buttons.set(name, button);
  }
  const done = make("p", "dim course-done", list);
  const panel = make("div", "course-panel", root);

  // A link to a step that opens it here, and anywhere else.
  function stepLink(name) {
    const link = make("a", "", null, titles.get(name));
    link.href = charlstmLink.anew(`tab=notebook&step=${name}`);
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      open(name, true);
    });
    return link;
  }

  function live(step) {
    const kinds = {
      characters: charactersLive,
      window: windowLive,
      cell: cellLive,
      loss: guessLive,
      bracket: (of) => bracketLive(of, progress),
      slips: (of) => slipsLive(of, slips, places),
    };
    const kind = kinds[step.name];
    if (!kind) return;
    const box = make("div", "course-live", made.get(step.name));
    follow.push(kind({ box, server, checkpoint }));
  }

  function paragraphs(parent, texts) {
    for (const text of texts) quoting(make("p", "", parent), text);
  }

  function folded(parent, className, title) {
    const fold = make("details", className, parent);
    make("summary", "", fold, title);
    return fold;
  }

  /** @param {CourseStep} step */
  function drawStep(step) {
    const page = made.get(step.name);
    paragraphs(make("div", "course-text", page), step.text);
    const question = make("p", "course-question", page);
    make("b", "", question, withLabel(phrase("notebook.frame.question")));
    quoting(make("span", "", question), step.question);
    const opens = make("p", "course-opens", page);
    const links = step.opens.map(({ label, query }) => {
      const link = make("a", "", opens, label);
      return () => {
        const own = checkpoint() === null ? "" : `&checkpoint=${encodeURIComponent(checkpoint())}`;
        link.href = charlstmLink.anew(`${query}&step=${step.name}${own}`);
      };
    });
    for (const point of links) point();
    follow.push(() => links.forEach((point) => point()));
    live(step);
    const answer = folded(page, "course-answer", phrase("notebook.frame.answer"));
    paragraphs(answer, step.answer);
    answer.addEventListener("toggle", () => {
      if (!answer.open) return;
      progress.answer(step.name);
      mark();
    });
    const own = folded(page, "course-code", phrase("notebook.frame.code"));
    const list = make("ul", "places", own);
    for (const place of code[step.name].places) make("li", "", list, place);
    if (code[step.name].code) make("pre", "", own, code[step.name].code);
  }

  function foot(page, name) {
    const line = make("p", "course-foot text-buttons", page);
    const at = names.indexOf(name);
    const to = (by, label) => {
      if (names[at + by]) pressable(label, "", line, () => open(names[at + by], true));
    };
    to(-1, `‹ ${phrase("notebook.frame.back")}`);
    const said = make("span", "unseen", line);
    said.setAttribute("role", "status");
    linkButton(line, (what) => (said.textContent = what), null, () => ({ tab: "notebook", step: name }));
    to(1, `${phrase("notebook.frame.next")} ›`);
  }

  function draw(name) {
    const page = make("section", "card course-step", panel);
    page.dataset.step = name;
    made.set(name, page);
    const head = make("h2", "", page, titles.get(name));
    head.tabIndex = -1;
    const step = steps.find((each) => each.name === name);
    if (step) {
      make("span", "dim", head, ` ${phrase("notebook.frame.minutes", { minutes: step.minutes })}`);
      drawStep(step);
    } else if (name === "sections") sectionsPage(page, sections, code, stepLink);
    else teacherPage(page, steps, stepLink);
    foot(page, name);
  }

  function mark() {
    for (const [name, button] of buttons) {
      button.toggleAttribute("aria-current", name === current);
      if (name === current) button.setAttribute("aria-current", "step");
      const answered = progress.answered(name);
      button.dataset.answered = String(answered);
      const title = titles.get(name);
      button.setAttribute("aria-label", besides([title, answered ? phrase("notebook.frame.answered") : ""]));
    }
    const minutes = steps.reduce((sum, step) => sum + step.minutes, 0);
    const so = steps.filter(({ name }) => progress.answered(name)).length;
    const whole = phrase("notebook.frame.whole", { minutes, done: so, steps: steps.length });
    done.textContent = `${whole} ${progress.keeps ? phrase("notebook.frame.kept") : phrase("notebook.frame.visit")}`;
  }

  function open(name, byPerson) {
    current = name;
    // Before it is drawn: what a step measures has its width then.
    for (const [other, page] of made) page.hidden = other !== name;
    if (!made.has(name)) draw(name);
    progress.open(name);
    mark();
    charlstmLink.set({ step: name });
    if (!byPerson) return;
    const page = made.get(name);
    page.querySelector("h2").focus({ preventScroll: true });
    if (page.getBoundingClientRect().top < 0) root.scrollIntoView();
  }

  const known = (name) => (names.includes(name) ? name : null);
  open(known(charlstmLink.arrived("step")) ?? known(progress.step) ?? names[0], false);
  watch("value", () => {
    for (const act of follow) act();
  });
  // The address names the step while the lesson is visible; another tab gives it no width.
  const nameStep = () => charlstmLink.set({ step: root.clientWidth ? current : null });
  new ResizeObserver(nameStep).observe(root);
  charlstmLink.whenOpen(nameStep);
}
