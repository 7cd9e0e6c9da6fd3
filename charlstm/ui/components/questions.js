// The browser's part of `long_question` in events.py: from the click on, the drawing is in the phase
// "waiting" and Stop is visible. Each function returns the drawing's new value and an update of the
// Stop button.
var charlstmQuestions = (() => {
  const open = ({ phase }) => ["waiting", "asking", "writing", "measuring"].includes(phase);
  const stop = (visible) => ({ __type__: "update", visible });

  return {
    asked(value) {
      const before = value.phase === "waiting" ? value.before : value.phase;
      return [{ ...value, phase: "waiting", before }, stop(true)];
    },

    // At the end of the event: an answer that is complete stays; one that was interrupted gets the
    // phase "stopped"; where none had arrived, the phase before the question returns.
    ended(own, others) {
      const interrupted = own.phase === "waiting" ? own.before : "stopped";
      const value = { ...own, phase: open(own) ? interrupted : own.phase };
      if (value.counting) value.counting = false;
      return [value, stop(others.some(open))];
    },
  };
})();
