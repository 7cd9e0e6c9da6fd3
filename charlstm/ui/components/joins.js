// What is made of several texts, with each language's own marks between them; an empty one is left
// out. Runs after phrases.js.

/** Values of one kind: "0.2, 0.5, 1.0". */
function enumerated(parts) {
  return parts.join(phrase("components.comma"));
}

/** Sentences, each behind the one before. */
function joined(sentences) {
  return chained(sentences, (said, more) => phrase("components.joined", { said, more }));
}

/** Parts of a sentence: "2 pairs, depth 1 at the end". */
function besides(parts) {
  return chained(parts, (said, more) => phrase("components.besides", { said, more }));
}

/** Parts of a sentence that may have commas themselves. */
function clauses(parts) {
  return chained(parts, (said, more) => phrase("components.clauses", { said, more }));
}

/** What is no sentence yet, as one: "T 0.5." */
function fullStop(said) {
  return phrase("components.sentence", { said });
}

/** "Your name: ", and what is behind it. */
function withLabel(label, value = "") {
  return phrase("components.with_label", { label, value });
}

/**
 * @param {(string | undefined)[]} parts
 * @param {(said: string, more: string) => string} join
 */
function chained(parts, join) {
  const some = parts.filter(Boolean);
  return some.length ? some.reduce((said, more) => join(said, more)) : "";
}
