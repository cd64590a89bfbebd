import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cases, schedule, told } from '../../../test/support/rota.ts';

cases(`
  case 32: 00:00–00:00 is the whole day
    UTC | a | 1 week | 2026-01-05 00:00 on wed 00:00-00:00
    2026-01-05T00:00 2026-01-12T00:00
    a 01-07 00:00–01-08 00:00 24h

  case 32: 08:00–08:00 from Monday to Friday goes on from Monday 08:00 to Saturday 08:00
    UTC | a | 1 week | 2026-01-05 00:00 on mon,tue,wed,thu,fri 08:00-08:00
    2026-01-05T00:00 2026-01-12T00:00
    a 01-05 08:00–01-10 08:00 120h

  case 33: an overnight window belongs to the weekday of its start
    UTC | a | 1 week | 2026-01-05 00:00 on fri 22:00-06:00
    2026-01-05T00:00 2026-01-12T00:00
    a 01-09 22:00–01-10 06:00 8h

  case 34: a window of no day never holds
    UTC | a | 1 day | 2026-01-05 09:00 on never 00:00-00:00
    2026-01-05T00:00 2026-02-05T00:00


  case 34: windows of all days always hold
    UTC | a | 1 week | 2026-01-05 00:00 on daily 08:00-08:00
    2026-01-05T00:00 2026-01-12T00:00
    a 01-05 00:00–01-12 00:00 168h

  case 35: 18:00–00:00 ends at midnight: no phantom morning
    UTC | a | 1 week | 2026-01-05 00:00 on mon 18:00-00:00
    2026-01-05T00:00 2026-01-12T00:00
    a 01-05 18:00–01-06 00:00 6h

  case 35: 00:00–23:59 leaves a minute
    UTC | a | 1 week | 2026-01-05 00:00 on mon,tue 00:00-23:59
    2026-01-05T00:00 2026-01-07T00:00
    a 01-05 00:00–01-05 23:59 23.983333333333334h
    a 01-06 00:00–01-06 23:59 23.983333333333334h

  case 36: overlapping, double and touching windows are one
    UTC | a | 1 week | 2026-01-05 00:00 on mon 09:00-12:00 on mon 11:00-13:00 on mon 09:00-12:00 on mon 13:00-14:00
    2026-01-05T00:00 2026-01-12T00:00
    a 01-05 09:00–01-05 14:00 5h

  case 37: a weekend window beside a nightly one is one shift, without phantom nights in it
    UTC | a | 1 month | 2026-01-01 00:00 on fri 20:00-80:00 on daily 22:00-06:00
    2026-01-09T12:00 2026-01-13T12:00
    a 01-09 20:00–01-12 08:00 60h
    a 01-12 22:00–01-13 06:00 8h

  case 38: the morning of the first day belongs to the night before it
    UTC | a b | 1 day | 2026-01-06 00:00 on daily 22:00-06:00
    2026-01-05T00:00 2026-01-07T00:00
    a 01-06 00:00–01-06 06:00 6h
    a 01-06 22:00–01-07 00:00 2h
`);

test('case 15: asked again and again, a window does not drift', () => {
  const s = schedule('Europe/London', { people: 'a', on: 'daily 09:00-17:00' });
  const asked = (): readonly string[] => told(s, '2026-03-20T00:00', '2026-04-10T00:00');
  const first = asked();
  for (let i = 0; i < 20; i++) assert.deepEqual(asked(), first);
  assert.ok(first.every((line) => line.endsWith(' 8h')));
});
