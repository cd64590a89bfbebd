import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { DeskError } from '../../src/base/errors.ts';
import { certificate } from '../support/certificate.ts';
import { CLIENT_CA, closed, connected, FakeDesk, TLS } from './desk.ts';

const LINE = '<187>Jul 23 12:00:00 r1: %LINK-3-UPDOWN: Interface Gi0/1, changed state to down';
const FRAME = `${LINE.length} ${LINE}`;
const WITH_TLS = { ...TLS, tls_port: 0 };

function connecting(port: number, options: ConnectionOptions = {}): TLSSocket {
  const socket = connect({ port, host: '127.0.0.1', ca: certificate.cert, ...options });
  socket.on('error', () => {});
  socket.resume();
  return socket;
}

test('a message over TLS reaches the desk (RFC 5425)', async () => {
  await using desk = await FakeDesk.open(WITH_TLS);
  const socket = connecting(desk.port('tls'));
  await once(socket, 'secureConnect');
  socket.end(FRAME);
  await desk.until(() => desk.lines === 1);
  assert.equal(desk.events[0]?.labels['from'], '127.0.0.1');
});

test('with an authority of clients only those with its certificate may speak', async () => {
  await using desk = await FakeDesk.open({ ...WITH_TLS, ...CLIENT_CA });
  const stranger = connecting(desk.port('tls'));
  stranger.write(FRAME);
  await closed(stranger);
  await desk.until(() => desk.wasRefused(/a TLS connection that could not be made/));
  const known = connecting(desk.port('tls'), { cert: certificate.cert, key: certificate.key });
  known.end(FRAME);
  await desk.until(() => desk.lines === 1);
});

test('who speaks no TLS there is counted, and hurts nobody', async () => {
  await using desk = await FakeDesk.open(WITH_TLS);
  const plain = await connected(desk.port('tls'));
  plain.write(`${LINE}\n`);
  const old = connecting(desk.port('tls'), { maxVersion: 'TLSv1.1', minVersion: 'TLSv1' });
  await Promise.all([closed(plain), closed(old)]);
  await desk.until(() => desk.wasRefused(/a TLS connection that could not be made/));
  const socket = connecting(desk.port('tls'));
  socket.end(FRAME);
  await desk.until(() => desk.lines === 1);
});

test('a certificate that cannot be read is said at the start, with its setting', async () => {
  const says = (why: RegExp) => (error: unknown) => {
    assert.ok(error instanceof DeskError);
    assert.match(error.message, why);
    return true;
  };
  await assert.rejects(
    FakeDesk.open({ tls_port: 0 }),
    says(/tls 127\.0\.0\.1:0: tls_certificate_file: it is not set.*sources\.syslog\.tls_port/),
  );
  await assert.rejects(
    FakeDesk.open({ ...WITH_TLS, tls_key_file: '/nowhere.pem' }),
    says(/tls_key_file: ENOENT/),
  );
  const wrong = { ...WITH_TLS, tls_key_file: TLS.tls_certificate_file };
  await assert.rejects(FakeDesk.open(wrong), says(/tls 127/));
});
