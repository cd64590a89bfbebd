import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Instant } from '../../src/base/time.ts';
import { apply } from '../../src/desk/apply.ts';
import type { Act } from '../../src/desk/entry.ts';
import { State } from '../../src/desk/state.ts';
import { PAST_TOKENS_MAX } from '../../src/desk/verbs/account.ts';
import type { UserId } from '../../src/domain/alarm/alarm.ts';

const by = 'nora' as UserId;

function openFold() {
  const state = new State();
  const act = (act: Act): void =>
    void apply(state, state.position + 1, {
      ...{ kind: 'act', by, act },
      at: (1_767_225_600_000 + state.position) as Instant,
    });
  const add = (token: string, scope: 'role' | 'ingest:*' = 'role'): void =>
    act({ verb: 'token.add', token, hash: token, label: `of ${token}`, owner: by, scope });
  const revoke = (token: string): void => act({ verb: 'token.revoke', token });
  return { state, add, revoke };
}

test('a revoked token keeps its name; one in whose name nothing is done leaves nothing', () => {
  const { state, add, revoke } = openFold();
  add('t1');
  add('t2', 'ingest:*');
  revoke('t1');
  revoke('t2');
  assert.equal(state.get('pastTokens', 't1')?.label, 'of t1');
  assert.equal(state.count('pastTokens'), 1);
  add('t1');
  assert.equal(state.count('pastTokens'), 0, 'it is in use again');
});

test('of as many revoked tokens as are kept the one that was revoked first goes', () => {
  const { state, add, revoke } = openFold();
  for (let n = 0; n < PAST_TOKENS_MAX; n++) {
    add(`t${n}`);
    revoke(`t${n}`);
  }
  assert.equal(state.count('pastTokens'), PAST_TOKENS_MAX);
  add('one more');
  revoke('one more');
  assert.equal(state.count('pastTokens'), PAST_TOKENS_MAX);
  assert.equal(state.get('pastTokens', 't0'), undefined);
  assert.ok(state.get('pastTokens', 't1') && state.get('pastTokens', 'one more'));
});
