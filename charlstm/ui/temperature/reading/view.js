// Texts that can be asked about: a click or the arrow keys ask why a character stands there, and the
// heat view colours all of them. Used by the columns and by the text that is read.
//
//   element       holds .text-why, .text-tools, .text-scale
//   server        with the functions of feed.py
//   asked(i)      what the server is asked about text i: {checkpoint, fingerprint, text, given,
//                 drawn}, given being the characters that a person typed (see feed.py)
//   name, heat    of the choice of heat: its form name, and "off", "bits" or "ranks" to begin with
//   scored(i, scores)   hears what a text scores, or null when nothing is known (any more)
//   known(i)      the scores, where they came with the text
//   settled()     whether texts have stopped growing: until then nothing is coloured
function askableTexts(element, server, options) {
  const { asked, name, heat } = options;
  const { scored = () => {}, known = () => null, settled = () => true } = options;
  const part = (name) => element.querySelector(`.${name}`);
  const texts = [];
  const picked = marks("text-picked", 2);
  let at = null; // [number of the text, place] that the panel speaks of
  let by = heat;

  const panel = whyPanel(part("text-why"), {
    step: (way) => at && texts[at[0]].walk.go(at[1] + way),
    closed: () => close(true),
  });

  const why = asker(
    0,
    ({ question, place }) => {
      const { given, drawn, ...rest } = question;
      return server.why_character({ ...rest, place, drawn: place < given ? null : drawn });
    },
    (answer, { number, question, place }) => {
      if (at?.[0] !== number || at[1] !== place) return;
      texts[number].walk.say(panel.draw(answer, place, place < question.given));
      keepInView(texts[number].places().box(place));
    },
  );

  function go(number, place) {
    const question = asked(number);
    if (!question) return;
    at = [number, place];
    picked([texts[number].places().range(place, place + 1)]);
    why({ number, question, place });
  }

  function keepInView({ top, bottom }) {
    const floor = panel.open ? part("text-why").getBoundingClientRect().top : innerHeight;
    if (top < 8) scrollBy(0, top - 60);
    else if (bottom > floor - 8) scrollBy(0, bottom - floor + 60);
  }

  function close(back) {
    const number = at?.[0];
    at = null;
    picked([]);
    panel.close();
    if (back && number !== undefined) texts[number].walk.focus();
  }

  element.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && panel.open) close(true);
  });

  async function colour(number) {
    const text = texts[number];
    const question = asked(number);
    if (by === "off" || !question) return text.paint("off");
    if (!settled()) return;
    const { checkpoint, fingerprint, text: whole } = question;
    if (text.scores?.of !== whole) {
      let scores = known(number);
      try {
        scores ??= await server.read_text({ checkpoint, fingerprint, text: whole });
      } catch {
        scores = { error: "The server does not answer. Try again in a moment." };
      }
      if (texts[number] !== text || asked(number)?.text !== whole) return;
      if (scores.error) return part("text-scale").replaceChildren(scores.error);
      text.scores = { ...scores, of: whole };
      scored(number, scores);
    }
    text.paint(by, text.scores);
  }

  heatChoice(part("text-tools"), part("text-scale"), name, heat, (chosen) => {
    by = chosen;
    texts.forEach((_, number) => colour(number));
  });

  return {
    // One more text: its box and the text nodes in it. `start` gives the first place to look at.
    add(pre, nodes, start) {
      const number = texts.length;
      const places = placesIn(nodes);
      const went = (place) => go(number, place);
      const walk = walkAlong(pre, places, { start, went });
      texts.push({ places, walk, paint: heatOn(places), scores: null });
    },

    // The last one goes.
    drop() {
      const number = texts.length - 1;
      this.forget(number);
      texts.pop();
    },

    // What the text is called, and whether it can be asked about yet.
    name(number, label, ready) {
      texts[number].walk.rename(label);
      texts[number].walk.allow(ready);
    },

    // A text is another one now: what was said of it goes.
    forget(number) {
      close(false);
      texts[number].walk.rest();
      texts[number].paint("off");
      texts[number].scores = null;
      scored(number, null);
    },

    // A text has come to its end: heat, where it is on.
    finished(number) {
      colour(number);
    },

    show(number, place) {
      texts[number].walk.focus();
      texts[number].walk.go(place);
    },

    range: (number, from, to) => texts[number].places().range(from, to),
  };
}
