import assert from 'node:assert/strict';
import { test } from 'node:test';
import { millis } from '../../src/base/time.ts';
import { blockList, guarded, refusal } from '../../src/net/guard.ts';
import { HttpConfigSchema } from '../../src/net/http-config.ts';
import { SendFault } from '../../src/net/send-fault.ts';
import { sendHttp } from '../../src/net/send-http.ts';
import { talk } from '../../src/net/talk.ts';
import { answers, farSide } from './far-side.ts';
import { testWorld } from './world.ts';

test('4.3 addresses that only this machine may reach are refused, in whatever form they come', () => {
  const table = `
    127.0.0.1               this machine
    127.255.255.254         this machine
    ::1                     this machine
    0.0.0.0                 unspecified
    ::                      unspecified
    169.254.1.1             link-local
    fe80::1                 link-local
    fe80::1%eth0            link-local
    169.254.169.254         a metadata service
    fd00:ec2::254           a metadata service
    ::ffff:169.254.169.254  a metadata service
    ::ffff:a9fe:a9fe        a metadata service
    168.63.129.16           a metadata service
    10.0.0.1                private
    172.16.0.1              private
    172.31.255.255          private
    192.168.1.1             private
    fc00::1                 private
    100.64.0.1              shared by a carrier
    100.127.255.255         shared by a carrier
    224.0.0.1               multicast or reserved
    255.255.255.255         multicast or reserved
    ff02::1                 multicast or reserved
    ::ffff:127.0.0.1        this machine
    ::ffff:7f00:1           this machine
    ::ffff:0:10.0.0.1       private
    64:ff9b::10.0.0.1       private
    64:ff9b::7f00:1         this machine
    64:ff9b:1::1            a translated address
    2002:7f00:1::           this machine
    2002:a00:1::1           private
    ::127.0.0.1             a translated address
    2001:0:4136:e378::1     kept for protocols
    198.18.0.1              kept for protocols
    192.0.2.1               kept for examples
    2001:db8::1             kept for examples`;
  for (const line of table.trim().split('\n')) {
    const [, address = '', why = ''] = /^\s*(\S+)\s+(.*)$/.exec(line) ?? [];
    assert.equal(refusal(address, []), why, address);
  }
  const open =
    '1.1.1.1 8.8.8.8 172.15.255.255 172.32.0.1 100.63.255.255 100.128.0.0 9.255.255.255 11.0.0.0 ' +
    '2606:4700::1111 2a00::1 ::ffff:8.8.8.8 64:ff9b::808:808 2002:808:808::1';
  for (const address of open.split(' ')) assert.equal(refusal(address, []), undefined, address);
});

test('4.3 a network may be allowed, with what is in it and no more; a metadata service never is', () => {
  const allowed = ['10.1.0.0/16', 'fd12::/16', '169.254.0.0/16'];
  assert.equal(refusal('10.1.255.255', allowed), undefined);
  assert.equal(refusal('::ffff:10.1.0.1', allowed), undefined);
  assert.equal(refusal('10.2.0.0', allowed), 'private');
  assert.equal(refusal('fd12::1', allowed), undefined);
  assert.equal(refusal('fd13::1', allowed), 'private');
  assert.equal(refusal('169.254.169.254', allowed), 'a metadata service');
  for (const bad of ['10.1.0.0', '10.1.0.0/33', 'ten/8', '10.1.0.0/-1', ''])
    assert.throws(() => blockList([bad]), SendFault);
});

test('4.3 a name is refused when one of its addresses is, and else stands for the one judged', async () => {
  const resolve = async (host: string) =>
    host === 'two.example.org' ? ['8.8.8.8', '10.0.0.1'] : ['8.8.4.4', '8.8.8.8'];
  await assert.rejects(
    guarded('two.example.org', { allowed: [], resolve }),
    /two\.example\.org is not allowed: 10\.0\.0\.1 is private.*; notifications\.allow_private_addresses/,
  );
  assert.equal(await guarded('one.example.org', { allowed: [], resolve }), '8.8.4.4');
  await assert.rejects(guarded('localhost', { allowed: [] }), /this machine/);
  await assert.rejects(guarded('[::1]', { allowed: [] }), /this machine/);
});

test('4.3 a stranger’s address is not even asked; forms that hide it are none', async () => {
  const far = await farSide(answers(200));
  try {
    const world = testWorld({ trust: 'guarded' });
    const hosts = ['127.0.0.1', 'localhost', '2130706433', '0x7f.1', '[::ffff:127.0.0.1]', '0'];
    for (const host of hosts) {
      const request = { method: 'POST', headers: {}, body: '' } as const;
      await assert.rejects(
        sendHttp({ ...request, url: `http://${host}:${far.port}/` }, {}, world),
        (error) => error instanceof SendFault && error.final,
      );
    }
    assert.equal(far.arrived.length, 0);
  } finally {
    await far.close();
  }
});

test('4.3 each hop is judged: an allowed host cannot send us to another', async () => {
  const inner = await farSide(answers(200, 'the metadata'));
  const outer = await farSide(answers(307, '', { Location: `http://[::1]:${inner.port}/` }));
  try {
    const world = testWorld({ trust: 'guarded', allowedNetworks: ['127.0.0.1/32'] });
    const request = { method: 'POST', url: outer.url, headers: {}, body: 'x' } as const;
    await assert.rejects(sendHttp(request, {}, world), /::1 is this machine/);
    assert.deepEqual([outer.arrived.length, inner.arrived.length], [1, 0]);
  } finally {
    await Promise.all([inner.close(), outer.close()]);
  }
});

test('4.3 a stranger’s settings read no file, and a stranger’s proxy is judged, too', async () => {
  const far = await farSide(answers(200));
  try {
    const world = testWorld({ trust: 'guarded', files: { '/etc/secret': 'abcdefgh' } });
    const say = (http_config: object) =>
      talk(HttpConfigSchema, { http_config }, world, millis(0), async ({ tell }) => {
        await tell({ method: 'POST', url: 'http://8.8.8.8/', headers: {}, body: '' });
        return { is: 'sent', detail: '' };
      });
    const file = await say({ authorization: { credentials_file: '/etc/secret' } });
    assert.equal(
      file.is === 'never' && file.why,
      'files are read for receivers of the configuration file only',
    );
    const proxy = await say({ proxy_url: far.url });
    assert.match(proxy.is === 'never' ? proxy.why : '', /127\.0\.0\.1 is this machine/);
    assert.equal(far.arrived.length, 0);
  } finally {
    await far.close();
  }
});
