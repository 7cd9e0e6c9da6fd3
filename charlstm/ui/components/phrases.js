// The page's texts for scripts: `phrase("temperature.left", { n: 3 })`. They stand in the tables that
// charlstm/texts.py describes, in the language of the page.

/**
 * @template {TextName} Name
 * @param {Name} name
 * @param {Record<TextGaps[Name], string | number>} [values] Of the text's gaps; `n` chooses its form.
 */
function phrase(name, values) {
  /** @type {Record<string, string | number>} */
  const given = values ?? {};
  const found = charlstmTexts[name];
  const one = charlstmLanguage !== "zh" && given.n === 1;
  const form = typeof found === "string" ? found : found[one ? "one" : "other"];
  const written = (value) => (typeof value === "number" ? value.toLocaleString("en") : value);
  return form.replace(/\{(\w+)\}/g, (_, gap) => written(given[gap]));
}
