// What the steps of the lesson that are tried in the step itself share.

/**
 * @typedef {object} ExampleTyped
 * @property {string} learnt
 * @property {string} read
 *
 * @typedef {object} CourseServer
 * @property {Served<ExampleTyped, VocabularyExample>} encode
 * @property {Served<CharacterQuestion, CharacterAnswer>} character
 * @property {Served<PassageQuestion, PassageAnswer>} passage
 *
 * @typedef {object} LiveStep What a step's control is made with.
 * @property {HTMLElement} box
 * @property {CourseServer} server
 * @property {() => string | null} checkpoint The chosen one.
 */

// A control with its label before it.
/**
 * @param {HTMLElement} parent
 * @param {string} words
 * @param {Partial<HTMLInputElement>} more
 */
function labelled(parent, words, more) {
  const label = make("label", "", parent, words);
  const control = make("input", "", label);
  Object.assign(control, { autocomplete: "off", spellcheck: false }, more);
  return control;
}
