// Questions that take their time, see `long_question` in events.py: from the click on, what is
// drawn waits for the model, and Stop is there. Each function gives the new value and an update of
// Stop.
var charlstmQuestions = (() => {
  const open = ({ phase }) => ["waiting", "asking", "writing", "measuring"].includes(phase);
  const stop = (visible) => ({ __type__: "update", visible });

  return {
    asked(value) {
      const before = value.phase === "waiting" ? value.before : value.phase;
      return [{ ...value, phase: "waiting", before }, stop(true)];
    },

    // A question that was answered is left as it is, one that was interrupted says so, and one that
    // was never answered gives way to what stood there before; nothing more is to come.
    ended(own, others) {
      const interrupted = own.phase === "waiting" ? own.before : "stopped";
      const value = { ...own, phase: open(own) ? interrupted : own.phase };
      if (value.counting) value.counting = false;
      return [value, stop(others.some(open))];
    },
  };
})();
