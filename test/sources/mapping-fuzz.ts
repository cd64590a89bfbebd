// node test/sources/mapping-fuzz.ts [--count N] [--seed N]
// Mutated texts of mappings, and mutated bodies under those that are usable: never a throw, never a
// broken limit. Each text has one mapping, mostly a short one: more of it is tried in a second.
import { readFileSync } from 'node:fs';
import { EXAMPLE } from '../../src/sources/webhook/example.ts';
import type { WebhookSettings } from '../../src/sources/webhook/settings.ts';
import { webhook } from '../../src/sources/webhook/webhook.ts';
import { defaultsOf, fixtureNames, readInput } from './fixtures.ts';
import { runByHand } from './fuzz-run.ts';
import { faultsOf } from './limits.ts';
import { mutated, type Rng, seeded } from './mutate.ts';

const READY = readFileSync(new URL('../../src/sources/webhook/ready.yml', import.meta.url), 'utf8');

/** Single mappings, as they stand in the texts we ship. */
const MAPPINGS = `${READY}\n${EXAMPLE}`
  .split(/\n(?=- )/)
  .map((text) => text.replace(/^#.*\n/gm, '').trim())
  .filter((text) => text.startsWith('- '));

/** What the grammar of mappings, of matchers and of paths is made of. */
const PIECES = [
  ...['- ', ': ', '{', '}', '[', ']', "'", '"', '#', '|', '&a', '*a', '!!', '\n  ', '\n', ',', '='],
  ...[
    '=~"',
    '!~"',
    '!="x"',
    '{from: x, words: {a: major}}',
    '$.',
    '[]',
    '[0]',
    '[-1]',
    '[*]',
    '..',
  ],
  ...['@door', '@from', '@body', '=x', '{a}', '{{', 'items: a[]', 'state:', 'raise:', 'clear:'],
  ...['(a+)+$', '"\\ud800"', '__proto__', 'constructor', '1e999', '\u0000', 'lease: 1m', 'null'],
];

/** Their fields one by one, with what is indented below each. */
const FIELDS = MAPPINGS.flatMap((text) => `  ${text.slice(2)}`.split(/\n(?= {2}[a-z])/)).filter(
  (field) => !/^ {2}(resource|type|name):/.test(field),
);

/** Short texts are read ten times as fast as whole ones, and are as wrong when a part is. */
function shortMapping(rng: Rng): string {
  const fields = Array.from({ length: rng(3) }, () => FIELDS[rng(FIELDS.length)] ?? '');
  return ['- resource: [a.b, =x]', '  type: =t', ...new Set(fields)].join('\n');
}

const settings = defaultsOf(webhook.settings) as WebhookSettings;
const inputs = fixtureNames('webhook').map((name) => readInput('webhook', name));

function mutatedMapping(rng: Rng): string {
  const whole = MAPPINGS[rng(MAPPINGS.length)] ?? '';
  const text = `${rng(16) === 0 ? whole : shortMapping(rng)}\n`;
  if (rng(4) === 0) return Buffer.from(mutated(Buffer.from(text), rng)).toString();
  const tokens = text.split(/(?<=[\s{}[\](),:=.'"])/);
  for (let n = 1 + rng(2); n > 0; n--) {
    const at = rng(tokens.length);
    const other = tokens[rng(tokens.length)] ?? '';
    const piece = PIECES[rng(PIECES.length)] ?? '';
    const kind = rng(5);
    if (kind === 0) tokens.splice(at, 1 + rng(4));
    else if (kind === 1) tokens[at] = other;
    else if (kind === 2) tokens[at] = piece;
    else tokens.splice(at, 0, kind === 3 ? piece : other);
  }
  return tokens.join('');
}

export interface Fuzzed {
  readonly usable: number;
  readonly faulty: number;
  readonly events: number;
  readonly refused: number;
}

/** Throws with the seed and the text at the first fault. */
export function fuzzMappings(first: number, count: number): Fuzzed {
  const { rules } = webhook;
  if (rules === undefined) throw new Error('the source has no rules');
  let [usable, faulty, events, refused] = [0, 0, 0, 0];
  for (let seed = first; seed < first + count; seed++) {
    const rng = seeded(seed);
    const text = mutatedMapping(rng);
    try {
      const found = rules.check(text);
      if (found.some(({ why, line, column }) => why === '' || line < 0 || column < 0)) {
        throw new Error(`a fault that says nothing: ${JSON.stringify(found)}`);
      }
      if (found.length > 0) faulty++;
      else usable++;
      const input = inputs[rng(inputs.length)];
      if (found.length > 0 || input === undefined) continue;
      const body = rng(2) === 0 ? mutated(input.body, rng) : input.body;
      const translated = rules.translate({ ...input, body }, settings, text);
      const faults = faultsOf(translated);
      if (faults.length > 0) throw new Error(faults.join('; '));
      events += translated.events.length;
      refused += translated.refused.length;
    } catch (error) {
      throw new Error(`seed ${seed}: ${JSON.stringify(text)}`, { cause: error });
    }
  }
  return { usable, faulty, events, refused };
}

if (import.meta.main) runByHand('mapping', fuzzMappings);
