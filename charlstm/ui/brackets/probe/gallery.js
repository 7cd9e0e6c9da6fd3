// The samples of an answer, a few on each page: the server sorts them and sends those of one page.
// Runs after brackets/marks.js, brackets/continuation/rows.js and brackets/continuation/sample.js.

/**
 * @typedef {object} GalleryQuestion
 * @property {string} key Of the answer.
 * @property {number} row Index of the temperature.
 * @property {number} first Index of the first sample, sorted by fate and by length.
 * @property {number} most
 *
 * @typedef {object} GallerySample
 * @property {number} number
 * @property {string} text
 * @property {Fate} fate
 *
 * @typedef {object} GalleryAnswer
 * @property {GallerySample[]} samples
 */

const GALLERY_PAGE = 9;
/** @type {Fate[]} */
const FATES = ["closed", "line", "horizon"];

/**
 * @param {HTMLElement} element
 * @param {AnswerServer} server
 */
function galleryOf(element, server) {
  const part = (name) => element.querySelector(`.${name}`);
  const [bar, list, note] = [part("gallery-bar"), part("galleries"), part("gallery-note")];
  /** @type {Probe | null} */
  let probe = null; // the probe of these samples
  let row = 0; // index of the temperature
  let first = 0; // index of the first displayed sample

  const ask = asker(0, server.gallery, (answer, question) => {
    const { key, row: askedRow, first: askedFirst } = question;
    if (key !== probe?.answer.key || askedRow !== row || askedFirst !== first) return;
    list.classList.remove("late");
    note.textContent = answer.error ?? "";
    if (!answer.error) drawSamples(answer.samples);
  });

  // The number of samples with each fate, in sorted order.
  const counts = () => {
    const { closed, figures } = probe.temperatures[row];
    return [closed.n, figures.line, figures.open];
  };

  function show(newRow, newFirst) {
    [row, first] = [newRow, Math.min(Math.max(newFirst, 0), probe.n - 1)];
    const focused = bar.querySelector(":focus")?.dataset.name;
    drawBar();
    if (focused) bar.querySelector(`[data-name="${focused}"]`)?.focus();
    list.classList.add("late");
    ask({ key: probe.answer.key, row, first, most: GALLERY_PAGE });
  }

  function group(label) {
    const made = make("span", "gallery-group", bar);
    made.setAttribute("role", "group");
    made.setAttribute("aria-label", label);
    return made;
  }

  function button(text, name, parent, act) {
    const made = pressable(text, "", parent, act);
    made.dataset.name = name;
    return made;
  }

  function drawBar() {
    bar.replaceChildren();
    const temperatures = group(phrase("brackets.gallery.temperature"));
    probe.temperatures.forEach(({ temperature }, i) => {
      const made = button(`T ${temperatureName(temperature)}`, `t${i}`, temperatures, () => show(i, 0));
      made.classList.add("temperature");
      made.style.setProperty("--t", charlstmColours.temperatureColour(temperature));
      made.setAttribute("aria-pressed", String(i === row));
    });
    const fates = group(phrase("brackets.gallery.happened"));
    let start = 0;
    counts().forEach((many, i) => {
      const from = start;
      start += many;
      if (probe.across_lines && FATES[i] === "line") return;
      const fate = FATES[i];
      const words = phrase(`brackets.gallery.fate.${fate}`);
      const made = button(`${words} ${many.toLocaleString("en")}`, fate, fates, () => show(row, from));
      if (!many) cannot(made, phrase("brackets.gallery.none"));
      made.setAttribute("aria-pressed", String(Boolean(many) && first >= from && first < start));
    });
    const pages = group(phrase("brackets.gallery.page"));
    const back = button(phrase("brackets.gallery.back"), "back", pages, () => show(row, first - GALLERY_PAGE));
    if (first === 0) cannot(back, phrase("brackets.gallery.first"));
    const to = Math.min(first + GALLERY_PAGE, probe.n);
    make("span", "dim", pages, phrase("brackets.gallery.shown", { from: first + 1, to, of: probe.n }));
    const next = button(phrase("brackets.gallery.next"), "on", pages, () => show(row, first + GALLERY_PAGE));
    if (to === probe.n) cannot(next, phrase("brackets.gallery.last"));
  }

  // A button that can't be pressed, and why.
  function cannot(made, why) {
    made.disabled = true;
    made.title = why;
  }

  function drawSamples(samples) {
    const { temperature } = probe.temperatures[row];
    list.replaceChildren();
    for (const { number, text, fate } of samples) {
      const item = make("div", "gallery-sample", list);
      const line = make("p", "", item);
      make("b", "", line, happened(fate, Array.from(text).length));
      const pre = make("pre", "bracket-text", item);
      drawContinued(pre, probe.seed, text, probe.watched, 24);
      listen(pre);
      const named = phrase("brackets.gallery.sample", { n: number });
      if (!probe.answer.linkable) {
        make("span", "dim", line, ` ${named}`);
        continue;
      }
      const link = make("a", "", line, named);
      line.insertBefore(document.createTextNode(" "), link);
      link.href = sampleAddress(probe, temperature, number);
      link.target = "_blank";
      link.title = phrase("brackets.gallery.link");
    }
  }

  return {
    /** @param {Probe} value */
    draw(value) {
      if (value.answer.key === probe?.answer.key) return;
      probe = value;
      note.textContent = "";
      show(0, 0);
    },
  };
}
