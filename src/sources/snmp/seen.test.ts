import assert from 'node:assert/strict';
import { test } from 'node:test';
import { datagramOf } from '../../../test/snmp/datagram.ts';
import { decode } from './message.ts';
import { withoutSecrets } from './seen.ts';

test('what is kept of a notification reads as it did, without its community', () => {
  const bytes = Buffer.from(datagramOf({ community: 'hunter2', trap: '1.3.6.1.4.1.99999.0.1' }));
  const message = decode(bytes);
  assert.ok(message.ok);
  for (const version of ['v2c', 'v3'] as const) {
    const kept = withoutSecrets(bytes, { ...message, version });
    assert.doesNotMatch(Buffer.from(kept).toString('latin1'), /hunter2/);
    const again = decode(kept);
    assert.ok(again.ok, version);
    assert.equal(again.trapOid, message.trapOid);
    assert.equal(again.uptime, message.uptime);
  }
});
