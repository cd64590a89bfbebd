import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import type { Browser } from 'playwright-core';
import { type Clock, systemClock } from '../../src/base/clock.ts';
import { after as afterwards, days, hours } from '../../src/base/time.ts';
import { begunNote } from '../../src/desk/handovers.ts';
import type { HandoverNoteId } from '../../src/domain/handover/note.ts';
import { aboutOf } from '../../src/domain/memory/about.ts';
import type { SilenceId } from '../../src/domain/routing/silence.ts';
import { newToken } from '../../src/http/token.ts';
import { type FoldDesk, foldDeskWith, says } from '../console/desk.ts';
import { type Served, serveConsole } from '../console/serve.ts';
import { launch, MISSING } from './browser.ts';

/** One browser for the tests of a file, and one desk with something of each kind on it. */
export function furnishedConsole() {
  const desk = foldDeskWith(systemClock());
  const all: { browser?: Browser; served?: Served; alarm: string; wall: string } = {
    alarm: '',
    wall: '',
  };
  before(async () => {
    if (MISSING) return;
    all.browser = await launch();
    all.served = await serveConsole(desk);
    Object.assign(all, await furnish(desk));
  });
  after(async () => {
    await all.browser?.close();
    await all.served?.close();
  });
  return {
    skip: MISSING ?? false,
    desk,
    get browser(): Browser {
      return all.browser ?? assert.fail('no browser yet');
    },
    get served(): Served {
      return all.served ?? assert.fail('no console yet');
    },
    get alarm(): string {
      return all.alarm;
    },
    get wall(): string {
      return all.wall;
    },
  };
}

/** Something of each kind on the desk; the page of an alarm, and the address of a wall. */
async function furnish(
  desk: FoldDesk<Clock>,
): Promise<{ readonly alarm: string; readonly wall: string }> {
  const severities = ['critical', 'major', 'minor', 'warning', 'indeterminate'] as const;
  for (let n = 0; n < 10; n++) {
    const severity = severities[n % 5] ?? 'minor';
    desk.tell(says(`edge-${n}`, 'link.down', { severity, text: `Link down on edge-${n}` }));
  }
  const [first, second, third] = [...desk.memory.all('alarms')];
  const nora = [...desk.memory.all('users')].find(({ role }) => role === 'admin')?.id;
  assert.ok(first && second && third && nora);
  const until = afterwards(desk.clock.now(), hours(2));
  await desk.act(nora, { verb: 'acknowledge', on: [{ id: first.id }], note: 'on my way' });
  await desk.act(nora, { verb: 'shelve', on: [{ id: second.id }], until, reason: 'works' });
  await desk.act(nora, {
    ...{ verb: 'incident.open', title: 'Edge is down', alarms: [third.id] },
    ...{ lead: nora, note: '' },
  });
  await desk.act(nora, {
    ...{ verb: 'decision.record', about: aboutOf(third), kind: 'restart', what: 'line card 0' },
    ...{ situation: 'No light', options: ['Wait'], reason: 'It helped last year' },
    reviewAt: afterwards(desk.clock.now(), days(30)),
  });
  await desk.act(nora, {
    ...{ verb: 'silence.set', newId: 's-1' as SilenceId, comment: 'works', createdBy: 'Nora' },
    ...{ matchers: [{ name: 'alertname', op: '=', value: 'x' }], annotations: {} },
    ...{ startsAt: desk.clock.now(), endsAt: until },
  });
  const tom = [...desk.memory.all('users')].find(({ role }) => role === 'operator')?.id;
  assert.ok(tom);
  for (const to of [undefined, { is: 'person' as const, person: tom }]) {
    const { made = '' } = await desk.act(nora, await begunNote(desk, nora));
    const handover = made as HandoverNoteId;
    if (to) await desk.act(nora, { verb: 'handover.offer', person: nora, handover, to });
    const person = tom;
    if (to) await desk.act(tom, { verb: 'handover.ask', person, handover, text: 'Why?' });
  }
  const { id: token, secret, hash } = newToken();
  const scope = { scope: 'wall' as const, label: 'room 3', owner: nora };
  await desk.act(nora, { verb: 'token.add', token, hash, ...scope });
  return { alarm: first.id, wall: `/wall?token=${secret}` };
}
