import type { AlarmEvent } from '../../src/domain/alarm/event.ts';
import type { Delivered, Received, SourceRules, Translated } from '../../src/ports/source.ts';
import { clear, raise } from './http.ts';

export const WORDS = 'words';

/** Understands `down X` and `up X`, if the text of its rules has those words. */
const understand = (body: Uint8Array, text: string): Translated => {
  const events: AlarmEvent[] = [];
  const strange: string[] = [];
  for (const line of Buffer.from(body).toString().split('\n')) {
    const [word = '', resource = ''] = line.split(' ');
    if (!text.includes(word)) strange.push(line);
    else if (word === 'down') events.push(raise(resource));
    else if (word === 'up') events.push(clear(resource));
  }
  if (strange.length === 0) return { events, refused: [] };
  const unread = { why: 'no such word', body: strange.join('\n') };
  return { events, refused: [], unread };
};

const rules: SourceRules<unknown> = {
  example: 'down up ignore',
  check: (text) => (text.includes('!') ? [{ line: 1, column: 1, why: 'no shouting' }] : []),
  translate: ({ body }, _, text) => understand(body, text),
  redact: (input) => ({
    ...input,
    body: Buffer.from(Buffer.from(input.body).toString().replaceAll('hush', '(redacted)')),
  }),
};

/** A source whose rules are a list of the words it understands. */
export const words = {
  name: WORDS,
  settings: {},
  source: {
    summary: 'Understands words.',
    rules,
    translate: ({ body }: Pick<Received, 'body'>) => understand(body, '(nothing)'),
    http: {
      method: 'POST' as const,
      path: () => '/in/words',
      bodyBytesMax: 10_000,
      answer: ({ unread }: Pick<Translated, 'unread'>, delivered: Delivered | undefined) => ({
        status: delivered?.ok === false ? 503 : unread ? 202 : 200,
        body: unread?.why ?? 'taken',
      }),
    },
  },
};
