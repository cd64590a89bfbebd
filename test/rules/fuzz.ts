// node test/rules/fuzz.ts [--count N] [--seed N]
// Mutated calendars into the reader: no throw, what is taken can be planned, none takes its time.
import assert from 'node:assert/strict';
import { parseArgs } from 'node:util';
import { type Instant, parseInstant } from '../../src/base/time.ts';
import { offsetsOf } from '../../src/base/zones.ts';
import { compareCalendar } from '../../src/desk/calendar-import.ts';
import { State } from '../../src/desk/state.ts';
import { MAINTENANCE_LIMITS } from '../../src/domain/rules/maintenance.ts';
import { readRecurrence } from '../../src/domain/rules/recurrence-text.ts';
import { type Rng, seeded } from '../sources/mutate.ts';
import { terms } from '../support/routing.ts';
import { NOTICE, SERIES } from './calendars.ts';

/** A calendar of a few kB is read in 1 ms; a shared machine may stand still for a while. */
const MS_MAX = 5_000;

const PIECES = [
  ...[
    'BEGIN:',
    'END:',
    'VEVENT',
    'VCALENDAR',
    ':',
    ';',
    '=',
    ',',
    '"',
    '\r\n ',
    '\n',
    '\n\t',
    '\\',
  ],
  ...['RRULE:FREQ=MONTHLY;BYDAY=', '2TU', '-1FR', 'BYMONTHDAY=31', ';COUNT=3000', ';INTERVAL=999'],
  ...['TZID=', 'Europe/Vienna', 'Z', 'T', 'P90D', 'PT1M', '19000101T000000', '99991231T235959Z'],
  ...['EXDATE:', 'RDATE;VALUE=PERIOD:', 'RECURRENCE-ID:', '/', 'P', '0', '-', '\u0000', '\ud800'],
  ...[
    'STATUS:CANCELLED',
    'SEQUENCE:999999999999999',
    'UNTIL=',
    'FREQ=DAILY',
    'FREQ=WEEKLY;BYDAY=MO',
  ],
];

function mutatedText(text: string, rng: Rng): string {
  const tokens = text.split(/(?<=[\s:;=,])/);
  for (let n = 1 + rng(6); n > 0; n--) {
    const at = rng(tokens.length);
    const piece = PIECES[rng(PIECES.length)] ?? '';
    switch (rng(6)) {
      case 0:
        tokens.splice(at, 1 + rng(6));
        break;
      case 1:
        tokens.splice(at, 0, piece);
        break;
      case 2:
        tokens[at] = tokens[rng(tokens.length)] ?? '';
        break;
      case 3:
        tokens[at] = piece;
        break;
      case 4:
        tokens.splice(at, 0, ...Array<string>(rng(rng(16) === 0 ? 2_000 : 20)).fill(piece || ' '));
        break;
      default:
        tokens.splice(at, 0, ...tokens.slice(rng(tokens.length)).slice(0, rng(60)));
    }
  }
  return rng(8) === 0 ? tokens.join('').slice(0, rng(text.length)) : tokens.join('');
}

const NOW = parseInstant('2026-03-01T00:00:00Z') as Instant;

/** Counts what came of it; throws for anything that must not be. */
export function fuzzCalendars(seed: number, count: number) {
  const rng = seeded(seed);
  const told = { events: 0, taken: 0, refused: 0, faults: 0 };
  const memory = new State();
  const zones = { offsetsOf, floating: 'UTC' };
  const wanted = { matchers: terms('site="nbg"'), things: [], owner: '' };
  for (let n = 0; n < count; n++) {
    const text = mutatedText(rng(2) === 0 ? NOTICE : SERIES, rng);
    const began = performance.now();
    const run = compareCalendar(text, { memory, wanted, zones, now: NOW });
    let step = run.next();
    while (step.done !== true) step = run.next();
    const { reports, fault } = step.value;
    assert.ok(performance.now() - began < MS_MAX, `seed ${seed}, text ${n}: too slow`);
    told.events += reports.length;
    if (fault) told.faults++;
    for (const { outcome, windows, act, why } of reports) {
      if (outcome === 'refused') told.refused++;
      assert.ok(outcome !== 'refused' || why !== '', `seed ${seed}, text ${n}: no reason`);
      if (act?.verb !== 'maintenance.set') continue;
      told.taken++;
      assert.ok(windows.length > 0 && windows.length <= MAINTENANCE_LIMITS.windows_max);
      assert.ok(act.recurs === '' || readRecurrence(act.recurs), `seed ${seed}, text ${n}: kept`);
      windows.forEach(({ from, to }, i) => {
        assert.ok(from < to && (windows[i - 1]?.to ?? 0) <= from, `seed ${seed}, text ${n}`);
      });
    }
  }
  return told;
}

if (import.meta.main) {
  const options = { count: { type: 'string' }, seed: { type: 'string' } } as const;
  const { values } = parseArgs({ options });
  const began = performance.now();
  const told = fuzzCalendars(Number(values.seed ?? 1), Number(values.count ?? 100_000));
  const seconds = Math.round((performance.now() - began) / 1_000);
  process.stdout.write(`${JSON.stringify({ ...told, seconds })}\n`);
}
