// The samples of the watched run, from its first steps on, a slider through them, and a button that
// plays them from step 0. `choose` is called with the sample, {step, text}, at the slider, or undefined
// at the newest. The list of a run that had ended when it was opened begins with noise, not with the
// newest samples, which are much alike.
const SAMPLE_FRAME = 900; // ms: long enough to read a line

/**
 * @param {(name: string) => any} part
 * @param {(sample: WrittenSample | undefined) => void} choose
 * @param {() => boolean} ended Whether the run has ended.
 */
function samplesPanel(part, choose, ended) {
  const list = part("samples");
  const slider = part("slider");
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  let written = [];
  let picked = null; // index of the sample at the slider; null follows the newest
  let fromFirst = null; // whether the list begins with the first; null before there are samples

  function show(samples) {
    written = samples;
    if (written.length) fromFirst ??= ended();
    while (list.children.length > written.length) list.lastChild.remove();
    written.forEach(({ step, text }, i) => {
      let item = list.children[i];
      if (!item) {
        item = make("li", "", list);
        make("span", "", item);
        make("pre", "", item);
      }
      say(item.firstChild, phrase("train.progress.step", { n: step }));
      say(item.lastChild, text);
    });
    part("no-samples").hidden = written.length > 0;
    part("slider-row").hidden = written.length < 2;
    part("play").hidden = still.matches;
    slider.max = Math.max(0, written.length - 1);
    if (picked !== null && picked >= written.length) picked = null;
    mark();
  }

  function mark() {
    const at = picked ?? written.length - 1;
    choose(written[picked]);
    slider.value = at;
    [...list.children].forEach((item, i) => item.classList.toggle("picked", i === at));
    const item = list.children[at];
    if (!item) return;
    slider.setAttribute("aria-valuetext", item.firstChild.textContent);
    // Not scrollIntoView, which would scroll the page, too.
    const top = item.offsetTop - list.firstChild.offsetTop;
    list.scrollTop = fromFirst ? 0 : picked === null ? list.scrollHeight : top;
  }

  function pick(at) {
    picked = at === written.length - 1 ? null : at;
    fromFirst = false;
    mark();
  }

  const film = player(
    part("play"),
    SAMPLE_FRAME,
    () => pick(picked ?? 0),
    () => {
      if (picked !== null) pick(picked + 1);
      return picked !== null;
    },
  );

  slider.addEventListener("input", () => {
    film.pause();
    pick(Number(slider.value));
  });

  return {
    show,
    mark,
    forget() {
      film.pause();
      picked = fromFirst = null;
    },
  };
}
