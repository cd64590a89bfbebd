import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeChannel } from '../support/channel.ts';
import { turn } from '../support/desk.ts';
import { openOutbox, results } from './outbox-desk.ts';

test('in shadow mode a message is rendered and not sent; a test is sent, a bad template shows', async () => {
  const fake = fakeChannel();
  const own = openOutbox({ ops: fake.way(), team: fake.way() }, { shadow: ['ops'] });
  own.born([1]);
  own.born([2], { reason: 'test' });
  own.born([3], { to: 'team' });
  await turn();
  assert.deepEqual([...fake.asked].sort(), ['d2.0', 'd3.0']);
  fake.renderThrows(new Error('no such field'));
  own.born([4]);
  await turn();
  assert.equal(fake.asked.length, 2);
  const said = results(own);
  assert.ok(said.includes('d1.0 1 shadow: not sent: shadow mode'), said.join());
  assert.match(said.at(-1) ?? '', /^d4\.0 1 never: could not be rendered: .*no such field/);
  const { shadow, sent, never, ways } = own.outbox.figures();
  assert.deepEqual([shadow, sent, never], [1, 2, 1]);
  assert.deepEqual(
    ways.map((w) => [w.way, w.sent, w.failed]),
    [
      ['ops/fake[0]', 1, 1],
      ['team/fake[0]', 1, 0],
    ],
  );
});
