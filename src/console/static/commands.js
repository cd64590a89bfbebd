/** What somebody types who knows what they want: `ack 2h on my way`, `shelve 4h fibre works`. */

/** @type {Record<string, readonly string[]>} */
const WORDS = {
  acknowledge: ['acknowledge', 'ack'],
  shelve: ['shelve', 'hide'],
  close: ['close', 'done'],
  comment: ['comment', 'note'],
  assign: ['assign', 'give'],
  ticket: ['ticket'],
};
/** A word must be this long before it is taken for a verb. */
const WORD_CHARS_MIN = 2;

/** @type {Record<string, [minutes: number, words: string]>} */
const UNITS = { m: [1, 'min'], h: [60, 'h'], d: [1_440, 'd'], w: [10_080, 'weeks'] };

/**
 * `2h on my way` is a time and the rest.
 * @param {string} text
 */
function timed(text) {
  const [all = '', n = '', unit = ''] = /^(\d{1,4})\s?(m|h|d|w)(?:in)?(?:\s+|$)/i.exec(text) ?? [];
  const [minutes, words] = UNITS[unit.toLowerCase()] ?? [0, ''];
  const rest = text.slice(all.length).trim();
  if (minutes === 0) return { minutes: '', words: '', rest: text };
  return { minutes: `${Number(n) * minutes}`, words: `${Number(n)} ${words}`, rest };
}

/**
 * @typedef {object} Command
 * @property {string} text
 * @property {string} [says]
 * @property {string} [verb] undefined: it cannot be done as it is
 * @property {Record<string, string>} given fields of the form
 */

/** Those an alarm can be given to, as the form has them. */
const people = () => {
  const select = document.querySelector('#acts select[name="assignee"]');
  return select instanceof HTMLSelectElement ? [...select.options] : [];
};

/** @param {string} whom @param {string} words @returns {Command[]} */
function assigning(whom, words) {
  const wanted = words.toLowerCase();
  return people()
    .filter(({ text }) =>
      text
        .toLowerCase()
        .split(' ')
        .some((one) => one.startsWith(wanted)),
    )
    .slice(0, 8)
    .map(({ value, text }) => ({
      text: `Assign ${whom} to ${text}`,
      verb: 'assign',
      given: { assignee: value, note: '', for: '' },
    }));
}

/**
 * @param {string} verb @param {string} whom @param {string} rest
 * @returns {Command[]}
 */
function commandsOf(verb, whom, rest) {
  if (verb === 'assign') return assigning(whom, rest);
  if (verb === 'ticket') {
    const says = rest === '' ? 'type its address' : rest;
    const given = { ticket: rest, note: '', for: '' };
    return [{ text: `Set the ticket of ${whom}`, says, given, ...(rest === '' ? {} : { verb }) }];
  }
  const ends = verb === 'acknowledge' || verb === 'shelve';
  const { minutes, words, rest: note } = ends ? timed(rest) : { minutes: '', words: '', rest };
  const needs = (verb === 'shelve' || verb === 'comment') && note === '';
  const end = verb === 'shelve' && minutes === '' ? '1 h' : words;
  const name = {
    acknowledge: 'Acknowledge',
    shelve: 'Shelve',
    close: 'Close',
    comment: 'Comment on',
  };
  const text = `${name[/** @type {'close'} */ (verb)]} ${whom}${end ? ` for ${end}` : ''}`;
  const given = { note, for: minutes };
  if (needs) return [{ text, says: verb === 'shelve' ? 'say why' : 'say what', given }];
  return [{ text, says: note, verb, given }];
}

/**
 * The acts that this text asks for: a verb, a space, and what it takes. Without anything chosen it
 * says so, once.
 * @param {string} text @param {string | undefined} whom
 * @returns {Command[]}
 */
export function commandsFor(text, whom) {
  const [, word = '', rest = ''] = /^\s*(\S+)\s+([\s\S]*)$/.exec(text) ?? [];
  if (word.length < WORD_CHARS_MIN) return [];
  const verb = Object.entries(WORDS).find(([, all]) =>
    all.some((one) => one.startsWith(word.toLowerCase())),
  )?.[0];
  if (!verb || !document.getElementById('acts')) return [];
  if (whom === undefined)
    return [{ text: 'No alarm is chosen', says: 'j moves, x chooses', given: {} }];
  return commandsOf(verb, whom, rest.trim());
}
