import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { refusalFailure, refusalText } from '../../src/base/refusal.ts';
import { apply } from '../../src/desk/apply.ts';
import { decode } from '../../src/desk/codec.ts';
import type { ActEntry, Entry } from '../../src/desk/entry.ts';
import type { Outcome } from '../../src/desk/outcome.ts';
import { State } from '../../src/desk/state.ts';

const FIXTURE = new URL('../../fixtures/entries/v2.jsonl', import.meta.url);

const acts = (): readonly ActEntry[] =>
  readFileSync(FIXTURE, 'utf8')
    .trim()
    .split('\n')
    .map((line): Entry => decode(line))
    .flatMap((entry) => (entry.kind === 'act' && !('on' in entry.act) ? [entry] : []));

const tell = (entry: ActEntry, state = new State()) =>
  apply(state, state.position + 1, entry).outcome ?? assert.fail('nothing came of it');

/** What each verb makes of its fixture on a desk that holds nothing. */
const ON_AN_EMPTY_DESK = `
  done    revision.apply silence.set notify.restart notify.try source.rules source.unread rule.set
  done    maintenance.set inventory.put type.set caution.set run.start document.ask view.set
  done    handover.save decision.record
  field   incident.open action.set decision.record
  state   inventory.switch document.attach
  absent  silence.expire notify.test maintenance.end maintenance.renew rule.remove type.remove
  absent  incident.join incident.leave incident.set incident.note incident.close incident.reopen
  absent  incident.merge decision.review action.end caution.end override.set override.remove
  absent  contact.set contact.test contact.verify contact.remove page.answer page.climb run.tick
  absent  run.stop document.again document.remove swap.ask swap.take swap.withdraw view.start
  absent  view.remove handover.offer handover.ask handover.accept handover.withdraw
`;

test('each verb refuses with a kind: what is not there is absent, not a matter of state', () => {
  const expected = ON_AN_EMPTY_DESK.trim()
    .split('\n')
    .flatMap((line) => {
      const [kind = '', ...verbs] = line.trim().split(/\s+/);
      return verbs.map((verb) => `${kind} ${verb}`);
    });
  const found = new Set(
    acts().map((entry) => `${tell(entry).refused?.kind ?? 'done'} ${entry.act.verb}`),
  );
  assert.deepEqual([...found].sort(), expected.sort());
});

test('what is refused is in the audit log as the sentence that a person reads', () => {
  for (const entry of acts()) {
    const state = new State();
    const { outcome, audit } = apply(state, 1, entry);
    if (outcome?.refused === undefined) continue;
    const text = refusalText(outcome.refused);
    assert.match(text, /[.]$/, entry.act.verb);
    assert.doesNotMatch(text, /[.][.]$|undefined|\[object/, entry.act.verb);
    assert.doesNotMatch(refusalFailure(outcome.refused).message, /[.][.]$|\{\w+\}/);
    if (entry.act.verb === 'inventory.put') continue;
    assert.ok(
      audit.some((line) => line.outcome === text),
      entry.act.verb,
    );
  }
});

test('a retry is told the first refusal again, also one that an older program kept', () => {
  const [remove] = acts().filter(({ act }) => act.verb === 'rule.remove');
  assert.ok(remove);
  const state = new State();
  const first = tell({ ...remove, once: 'k' }, state);
  const again = tell({ ...remove, once: 'k' }, state);
  assert.deepEqual([again.refused, again.repeated], [first.refused, true]);
  assert.equal(again.refused?.kind, 'absent');
  const id = 'old';
  const old: Outcome = { id, at: remove.at, position: 1, results: [], refused: 'It is over.' };
  state.set('outcomes', id, old);
  const told = tell({ ...remove, once: id }, state);
  assert.deepEqual(told.refused, { kind: 'state', why: 'It is over.' });
});
