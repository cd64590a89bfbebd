import assert from 'node:assert/strict';
import { test } from 'node:test';
import { html } from '../base/html.ts';
import { PartsReaders } from './live-parts.ts';

const turn = () => new Promise(setImmediate);

test('a page is not drawn again before everybody was told; then once, as it is by then', async () => {
  const told: string[] = [];
  const done: (() => void)[] = [];
  const room = {
    ...{ size: 1, add() {}, delete() {} },
    tell(bytes: Buffer, then: () => void) {
      told.push(/n=\d/.exec(String(bytes))?.[0] ?? '');
      done.push(then);
    },
  };
  let [n, tick] = [0, () => {}];
  const held = {
    ...{ ready: async () => {}, draw: () => ({ sum: html`n=${n}` }), release() {} },
    onTick(listener: () => void) {
      tick = listener;
    },
  };
  const readers = new PartsReaders({ path: '/p', summary: '', hold: () => held });
  readers.add({ outlet: { room: () => room }, write: () => true, onClose() {}, end() {} });
  for (n = 1; n <= 3; n++) {
    tick();
    await turn();
  }
  assert.deepEqual(told, ['n=1'], 'it is still on its way');
  n = 7;
  done.shift()?.();
  assert.deepEqual(told, ['n=1', 'n=7']);
  done.shift()?.();
  assert.equal(told.length, 2, 'nothing twice');
  readers.close();
});
