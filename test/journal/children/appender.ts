import { writeSync } from 'node:fs';
import { systemClock } from '../../../src/base/clock.ts';
import { openEmbeddedJournal } from '../../../src/journal/embedded.ts';
import { block } from '../contract.ts';

/** Appends until it is killed; every position answered as committed is a line on stdout. */
const journal = await openEmbeddedJournal({
  folder: process.argv[2] ?? '',
  clock: systemClock(),
  fileBytesMax: 2_000_000,
  reserveBytes: 0,
});
for (let i = 0; ; i++) {
  const next = block(journal.head + 1, 1 + (i % 7), i % 50 === 0 ? 400_000 : (i * 613) % 3000);
  const { is } = await journal.append(next);
  if (is === 'committed') writeSync(1, `${journal.head}\n`);
}
