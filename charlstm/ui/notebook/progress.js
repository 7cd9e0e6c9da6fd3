// Where a reader is in the lesson, which steps are answered, and what was guessed. It is kept in the
// browser's storage; where the browser refuses that, in the window's name, which lasts for the visit.

const PROGRESS = "charlstm-lesson:";

function courseProgress() {
  let keeps = true;
  const state = { step: "", answered: [], guesses: {} };

  function kept() {
    try {
      return localStorage.getItem(PROGRESS);
    } catch {
      keeps = false;
      return window.name.startsWith(PROGRESS) ? window.name.slice(PROGRESS.length) : null;
    }
  }

  function keep() {
    const text = JSON.stringify(state);
    try {
      localStorage.setItem(PROGRESS, text);
    } catch {
      keeps = false;
      window.name = PROGRESS + text;
    }
  }

  try {
    const { step, answered, guesses } = JSON.parse(kept() ?? "{}");
    if (typeof step === "string") state.step = step;
    if (Array.isArray(answered)) state.answered = answered.filter((name) => typeof name === "string");
    for (const [name, guess] of Object.entries(guesses ?? {})) state.guesses[name] = String(guess);
  } catch {
    // Another page of this address wrote something else: begin anew.
  }

  return {
    get keeps() {
      return keeps;
    },
    get step() {
      return state.step;
    },
    answered: (name) => state.answered.includes(name),
    guess: (name) => state.guesses[name] ?? "",
    open(name) {
      state.step = name;
      keep();
    },
    answer(name) {
      if (!state.answered.includes(name)) state.answered.push(name);
      keep();
    },
    guessed(name, guess) {
      state.guesses[name] = guess;
      keep();
    },
  };
}
