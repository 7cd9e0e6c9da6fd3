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
const FATES = [
  ["closed", "closed"],
  ["paragraph", "the paragraph ended"],
  ["horizon", "still open"],
];

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
    return [closed.n, figures.paragraph, figures.open];
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
    const temperatures = group("Temperature");
    probe.temperatures.forEach(({ temperature }, i) => {
      const made = button(`T ${temperatureName(temperature)}`, `t${i}`, temperatures, () => show(i, 0));
      made.classList.add("temperature");
      made.style.setProperty("--t", charlstmColours.temperatureColour(temperature));
      made.setAttribute("aria-pressed", String(i === row));
    });
    const fates = group("What happened");
    let start = 0;
    counts().forEach((many, i) => {
      const from = start;
      start += many;
      const [fate, words] = FATES[i];
      const made = button(`${words} ${many.toLocaleString("en")}`, fate, fates, () => show(row, from));
      made.disabled = !many;
      made.setAttribute("aria-pressed", String(Boolean(many) && first >= from && first < start));
    });
    const pages = group("Page");
    button("Back", "back", pages, () => show(row, first - GALLERY_PAGE)).disabled = first === 0;
    const to = Math.min(first + GALLERY_PAGE, probe.n);
    const shown = `${(first + 1).toLocaleString("en")} to ${to.toLocaleString("en")}`;
    make("span", "dim", pages, `${shown} of ${probe.n.toLocaleString("en")}`);
    button("Next", "on", pages, () => show(row, first + GALLERY_PAGE)).disabled = to === probe.n;
  }

  function drawSamples(samples) {
    const { temperature } = probe.temperatures[row];
    list.replaceChildren();
    for (const { number, text, fate } of samples) {
      const item = make("div", "gallery-sample", list);
      const line = make("p", "", item);
      make("b", "", line, HAPPENED[fate](Array.from(text).length));
      const pre = make("pre", "bracket-text", item);
      drawContinued(pre, probe.seed, text, probe.watched, 24);
      listen(pre);
      const named = `sample ${number.toLocaleString("en")}`;
      if (!probe.answer.linkable) {
        make("span", "dim", line, ` ${named}`);
        continue;
      }
      const link = make("a", "", line, named);
      line.insertBefore(document.createTextNode(" "), link);
      link.href = sampleAddress(probe, temperature, number);
      link.target = "_blank";
      link.title = "A link to this sample; opens in a new tab";
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
