// A film of the first column's question from T 0 to 2: all its texts come in one answer, and are
// played here, one frame a temperature. Where a frame first differs from the one before is marked.

const FRAME = 450; // ms
const FILM_MOST = 200; // characters a frame
const FILM_TEMPERATURES = Array.from({ length: 21 }, (_, i) => i / 10);

/**
 * @param {HTMLElement} root
 * @param {ColumnServer} server
 * @param {() => Columns} value
 * @param {(words: string) => void} say Announces a sentence to screen readers.
 */
function filmPanel(root, server, value, say) {
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const head = make("div", "film-head", root);
  const title = make("h2", "", head);
  const name = make("span", "temperature", title);
  const tools = make("div", "film-tools", head);
  const back = pressable("‹", "quiet", tools, () => step(-1), phrase("temperature.film.before"));
  const on = pressable("›", "quiet", tools, () => step(1), phrase("temperature.film.after"));
  const play = make("button", "quiet", tools);
  play.type = "button";
  pressable(phrase("components.close"), "quiet", tools, close);
  const bar = make("div", "film-bar", root);
  asSlider(bar, phrase("temperature.film.slider"));
  const knob = make("i", "", bar);
  const words = make("p", "film-words dim", root);
  const pre = make("pre", "", root);
  const given = make("span", "film-given", pre).appendChild(document.createTextNode(""));
  const written = make("span", "film-written", pre).appendChild(document.createTextNode(""));
  const longest = make("pre", "film-longest", root); // as tall as the tallest frame: nothing jumps
  longest.setAttribute("aria-hidden", "true");
  const places = placesIn([given, written]);
  const mark = marks("text-turned", 1);
  let texts = []; // one a frame
  let at = 0;
  let opener = null; // the button that opened the film

  function taller(one, other) {
    const height = (text) => ((longest.textContent = text), longest.offsetHeight);
    return height(one) < height(other) ? other : one;
  }

  const last = () => FILM_TEMPERATURES.length - 1;

  function draw() {
    const temperature = FILM_TEMPERATURES[at];
    root.style.setProperty("--t", charlstmColours.temperatureColour(temperature));
    name.textContent = `T ${temperatureName(temperature)}`;
    knob.style.left = `${(100 * at) / last()}%`;
    written.data = texts[at];
    back.disabled = at === 0;
    on.disabled = at === last();
    words.textContent = sentence();
    sayPlace(bar, at, last(), joined([fullStop(`T ${temperatureName(temperature)}`), words.textContent]));
  }

  // Says where the frame differs from the one before, and marks it.
  function sentence() {
    const seed = Array.from(given.data).length;
    mark([]);
    if (at === 0) return phrase("temperature.film.first");
    const alike = alikeUpTo(texts[at - 1], texts[at]);
    const held = { n: alike, temperature: temperatureName(FILM_TEMPERATURES[at - 1]) };
    if (alike === Array.from(texts[at]).length) return phrase("temperature.film.same", held);
    mark([places().range(seed + alike, seed + alike + 1)]);
    return phrase("temperature.film.same_for", held);
  }

  function step(by) {
    if (!texts.length) return;
    film.pause();
    at = Math.min(Math.max(at + by, 0), last());
    draw();
  }

  const film = player(
    play,
    FRAME,
    () => {
      if (at === last()) at = 0;
      draw();
    },
    () => {
      at += 1;
      draw();
      return at < last();
    },
  );

  function close() {
    film.pause();
    mark([]);
    texts = [];
    root.hidden = true;
    opener?.focus();
  }

  const keys = {
    ArrowLeft: () => step(-1),
    ArrowDown: () => step(-1),
    ArrowRight: () => step(1),
    ArrowUp: () => step(1),
    Home: () => step(-Infinity),
    End: () => step(Infinity),
    " ": () => still.matches || film.toggle(),
    Escape: close,
  };
  bar.addEventListener("keydown", (event) => {
    if (!keys[event.key] || !texts.length || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    keys[event.key]();
  });
  bar.addEventListener("pointerdown", (event) => {
    const { left, width } = bar.getBoundingClientRect();
    step(Math.round((last() * (event.clientX - left)) / width) - at);
  });

  const draws = asker(
    0,
    /** @param {VariantQuestion} question */
    (question) => server.write_variants(question),
    (answer, question) => {
      if (root.hidden) return;
      root.removeAttribute("aria-busy");
      if (answer.error) return (words.textContent = answer.error);
      texts = answer.texts;
      given.data = question.text;
      longest.textContent = texts.map((text) => question.text + text).reduce(taller);
      at = 0;
      play.hidden = still.matches;
      bar.focus({ preventScroll: true });
      draw();
      if (!still.matches) film.start();
      say(phrase("temperature.film.ready", { n: texts.length }));
    },
  );

  return {
    // Asks for the film of what the columns display, and plays it.
    open(button) {
      film.pause();
      [opener, texts] = [button, []];
      root.hidden = false;
      root.setAttribute("aria-busy", "true");
      name.textContent = phrase("temperature.film.range");
      mark([]);
      given.data = written.data = "";
      words.textContent = phrase("temperature.film.waiting");
      root.scrollIntoView({ block: "nearest" });
      draws(variantQuestion(value(), FILM_TEMPERATURES, FILM_MOST));
    },
  };
}
