import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { Value } from 'typebox/value';
import { email } from '../../src/channels/email/email.ts';
import { bytesOf } from '../../src/channels/email/mail.ts';
import { EMAIL_LIMITS } from '../../src/channels/email/settings.ts';
import type { DeliveryId } from '../../src/domain/routing/notice.ts';
import { certificate } from '../support/certificate.ts';
import { type SmtpOptions, smtpServer } from '../support/smtp.ts';
import { alert, NOTICES, notice, plainRendering } from './notices.ts';
import { testWorld } from './world.ts';

type Settings = Parameters<typeof email.send>[1];
const settingsOf = (given: object): Settings =>
  Value.Default(email.settings, structuredClone(given)) as Settings;

const one = notice([alert({ alertname: 'Down', instance: 'db1' }, { summary: 'db1 is down' })]);
const TO = { to: 'ops@example.org', from: 'Desk <desk@example.org>' };
const TLS = { tls_config: { ca: certificate.cert } };
const PLAIN = { require_tls: false };

const mail = (given: object, of = one) => email.render(of, settingsOf(given), plainRendering(of));
const unfolded = async (given: object, of = one) =>
  (await bytesOf(mail(given, of))).toString().replaceAll(/\r\n[ \t]+/g, ' ');
let count = 0;
/** A mail of its own each time: the channel remembers who had which. */
const fresh = () => ({ ...one, id: `d${++count}.0` as DeliveryId });

/** Sends one mail to a server of these manners; what came of it, and what the server saw. */
async function sent(options: SmtpOptions, given: object, world = testWorld()) {
  const server = await smtpServer(options);
  try {
    const settings = settingsOf({ ...TO, ...TLS, smarthost: server.smarthost, ...given });
    const of = fresh();
    const result = await email.send(
      email.render(of, settings, plainRendering(of)),
      settings,
      world,
    );
    return { result, sessions: server.sessions, session: server.sessions[0], world };
  } finally {
    await server.close();
  }
}

test('a mail has headers, a text part and an HTML part, byte by byte', async () => {
  const given = { ...TO, text: 'Störung {{ .Text }}', html: '<b>{{ .Text }}</b>' };
  const { boundary } = mail(given);
  assert.equal(
    (await bytesOf(mail(given))).toString(),
    [
      'From: Desk <desk@example.org>',
      'To: ops@example.org',
      'Message-ID: <d17.0.1767225630000@desk.example.org>',
      'Date: Thu, 01 Jan 2026 00:00:30 +0000',
      'Auto-Submitted: auto-generated',
      'Subject: email.default.subject of ops',
      'MIME-Version: 1.0',
      'Content-Type: multipart/alternative;',
      ` boundary="--_NmP-${boundary}-Part_1"`,
      '',
      `----_NmP-${boundary}-Part_1`,
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      'St=C3=B6rung db1 is down',
      `----_NmP-${boundary}-Part_1`,
      'Content-Type: text/html; charset=utf-8',
      'Content-Transfer-Encoding: 7bit',
      '',
      '&#60;b&#62;db1 is down&#60;/b&#62;',
      `----_NmP-${boundary}-Part_1--`,
      '',
    ].join('\r\n'),
  );
});

test('a second try sends the same bytes', async () => {
  const given = { ...TO, text: 'a', html: 'b' };
  assert.deepEqual(await bytesOf(mail(given)), await bytesOf(mail(given)));
});

test('own headers win over ours, whatever their case, and are encoded', async () => {
  const headers = { subject: 'Ärger: {{ .Text }}', 'X-Team': 'ops', 'message-id': '<own@x>' };
  const text = await unfolded({ ...TO, headers });
  assert.match(text, /^Subject: =\?UTF-8\?Q\?=C3=84rger=3A_db1_is_down\?=$/m);
  assert.match(text, /^X-Team: ops$/m);
  assert.match(text, /^Message-ID: <own@x>$/m);
  assert.equal(text.match(/^subject:/gim)?.length, 1);
  assert.equal(text.match(/^message-id:/gim)?.length, 1);
});

test('mails of one group and day are one thread, if asked; never without being asked', async () => {
  const thread = async (threading: object, groupKey = one.groupKey) =>
    /^References: (.*)$/m.exec(await unfolded({ ...TO, threading }, { ...one, groupKey }))?.[1];
  const daily = await thread({ enabled: true });
  assert.match(daily ?? '', /^<alert-[0-9a-f]{16}-2026-01-01@tocsin>$/);
  assert.match(await unfolded({ ...TO, threading: { enabled: true } }), /^In-Reply-To: <alert-/m);
  assert.match(
    (await thread({ enabled: true, thread_by_date: 'none' })) ?? '',
    /^<alert-[0-9a-f]{16}-@tocsin>$/,
  );
  assert.notEqual(await thread({ enabled: true }, 'other'), daily);
  assert.equal(await thread({ enabled: false }), undefined);
});

test('no alert text can add a header, a recipient or a command', async () => {
  const evil = 'a\r\nBcc: evil@example.net\r\n\r\n.\r\nMAIL FROM:<evil@example.net>';
  const of = notice([alert({ alertname: 'Down' }, { summary: evil })]);
  const headers = { Subject: '{{ .Text }}', 'X-Text': '{{ .Text }}' };
  const text = await unfolded({ ...TO, headers }, of);
  const [head = ''] = text.split('\r\n\r\n');
  assert.deepEqual(
    head.split('\r\n').filter((line) => /^(bcc|mail)/i.test(line)),
    [],
  );
  const odd = mail({ ...TO, to: 'a@b.c\r\nRCPT TO:<evil@example.net>, b@b.c' }, of);
  if (odd.fault === undefined)
    for (const address of odd.to) assert.match(address, /^[^\s<>]+@[^\s<>]+$/);
});

test('every notice becomes a mail', async () => {
  for (const of of Object.values(NOTICES))
    assert.ok((await bytesOf(mail({ ...TO, headers: { Subject: '{{ .Text }}' } }, of))).length > 0);
});

test('addresses are counted: one sender, and at least one and at most so many recipients', () => {
  const people = (n: number) => Array.from({ length: n }, (_, i) => `p${i}@example.org`).join(', ');
  const { recipients_max: most } = EMAIL_LIMITS;
  const fault = (given: object) => mail({ ...TO, ...given }).fault;
  assert.equal(fault({ to: people(most) }), undefined);
  assert.equal(fault({ to: people(most + 1) }), 'to: 1 to 100 addresses are expected, not 101');
  assert.match(fault({ to: ' ' }) ?? '', /^to: 1 to 100/);
  assert.match(fault({ to: 'nobody' }) ?? '', /mail addresses/);
  assert.match(fault({ from: people(2) }) ?? '', /^from: exactly one/);
  assert.deepEqual(mail({ ...TO, to: '"Smith, J." <a@x.org>, b@x.org' }).to, [
    'a@x.org',
    'b@x.org',
  ]);
});

test('a header longer than its maximum is cut; a body at its maximum is whole', () => {
  const { header_chars_max: most, body_chars_max: body } = EMAIL_LIMITS;
  const subject = (n: number) =>
    mail({ ...TO, headers: { Subject: 'x'.repeat(n) } }).headers.find(
      ([k]) => k === 'Subject',
    )?.[1];
  assert.equal(subject(most), 'x'.repeat(most));
  assert.equal(subject(most + 1), `${'x'.repeat(most - 1)}…`);
  assert.equal(mail({ ...TO, text: 'x'.repeat(body) }).text.length, body);
  assert.ok(mail({ ...TO, text: 'x'.repeat(body + 1) }).text.endsWith('…'));
});

test('settings that do not go together are told by field', () => {
  const fields = (given: object) =>
    email.faults?.(settingsOf({ ...TO, smarthost: 'mx:25', ...given })).map(([field]) => field);
  assert.deepEqual(fields({}), []);
  assert.deepEqual(fields({ to: '', from: '', smarthost: '' }), ['to', 'from', 'smarthost']);
  assert.deepEqual(fields({ smarthost: 'mx' }), ['smarthost']);
  assert.deepEqual(fields({ smarthost: '[::1]:25' }), []);
  assert.deepEqual(fields({ auth_password: 'a', auth_password_file: 'b' }), ['auth_password_file']);
  assert.deepEqual(fields({ headers: { Subject: 'a', subject: 'b' } }), ['headers.subject']);
  assert.deepEqual(fields({ headers: { 'a b': '', 'Content-Type': '' } }), [
    'headers.a b',
    'headers.Content-Type',
  ]);
  assert.deepEqual(fields({ headers: { References: '' }, threading: { enabled: true } }), [
    'headers.References',
  ]);
});

test('it asks for STARTTLS and sends over it', async () => {
  const { result, session } = await sent({ starttls: true }, { hello: 'desk.example.org' });
  assert.deepEqual(result, { is: 'sent', detail: '250 queued as 42' });
  assert.equal(session?.secure, true);
  assert.deepEqual(
    session?.lines.slice(0, 4),
    [
      'EHLO desk.example.org',
      'STARTTLS',
      'EHLO desk.example.org',
      `MAIL FROM:<desk@example.org> SIZE=${session?.messages[0]?.length ?? 0}`,
    ].map((line, i) => (i === 3 ? (session?.lines[3] ?? '') : line)),
  );
  assert.match(session?.messages[0] ?? '', /^Subject: email.default.subject of ops$/m);
});

test('it speaks TLS from the start when told', async () => {
  const { result, session } = await sent({ implicit: true }, { force_implicit_tls: true });
  assert.equal(result.is, 'sent');
  assert.equal(session?.messages.length, 1);
});

test('without STARTTLS nothing is sent, unless require_tls is false; then it is not even asked for', async () => {
  const refused = await sent({}, {});
  assert.deepEqual(refused.result, {
    is: 'later',
    why: 'require_tls is set, but the server does not take STARTTLS (502)',
  });
  assert.equal(refused.session?.messages.length, 0);
  const open = await sent({ starttls: true }, PLAIN);
  assert.equal(open.result.is, 'sent');
  assert.equal(open.session?.secure, false);
});

test('a certificate nobody vouches for is refused, unless told to take any', async () => {
  const strange = await sent({ starttls: true }, { tls_config: {} });
  assert.equal(strange.result.is, 'later');
  assert.match('why' in strange.result ? strange.result.why : '', /certificate/);
  const any = await sent({ starttls: true }, { tls_config: { insecure_skip_verify: true } });
  assert.equal(any.result.is, 'sent');
  const other = await sent(
    { starttls: true },
    { tls_config: { ...TLS.tls_config, server_name: 'mx.example' } },
  );
  assert.equal(other.result.is, 'later');
});

const WHO = { auth_username: 'desk', auth_password: 'pass-word', auth_secret: 'shared-secret' };
const base64 = (text: string) => Buffer.from(text).toString('base64');

test('it signs in by the first mechanism of the server that it has the means for', async () => {
  const lines = async (auth: string[], given: object) =>
    (await sent({ starttls: true, auth }, given)).session?.lines.slice(3, 6);
  assert.equal(
    (await lines(['XOAUTH2', 'PLAIN', 'LOGIN'], WHO))?.[0],
    `AUTH PLAIN ${base64('\0desk\0pass-word')}`,
  );
  assert.deepEqual(await lines(['LOGIN', 'PLAIN'], WHO), [
    'AUTH LOGIN',
    base64('desk'),
    base64('pass-word'),
  ]);
  const digest = createHmac('md5', 'shared-secret').update('<1.1@fake>').digest('hex');
  assert.deepEqual((await lines(['CRAM-MD5', 'PLAIN'], WHO))?.slice(0, 2), [
    'AUTH CRAM-MD5',
    base64(`desk ${digest}`),
  ]);
  assert.equal(
    (await lines(['CRAM-MD5', 'PLAIN'], { ...WHO, auth_secret: '' }))?.[0],
    `AUTH PLAIN ${base64('\0desk\0pass-word')}`,
  );
  assert.equal(
    (await lines(['PLAIN'], { ...WHO, auth_identity: 'ops' }))?.[0],
    `AUTH PLAIN ${base64('ops\0desk\0pass-word')}`,
  );
  assert.match((await lines([], WHO))?.[0] ?? '', /^MAIL FROM/);
});

test('the password is read from its file at each send', async () => {
  const world = testWorld({ files: { '/run/pw': 'from-file\n' } });
  const given = { auth_username: 'desk', auth_password_file: '/run/pw' };
  const { session } = await sent({ starttls: true, auth: ['PLAIN'] }, given, world);
  assert.equal(session?.lines[3], `AUTH PLAIN ${base64('\0desk\0from-file')}`);
  const missing = await sent({ starttls: true, auth: ['PLAIN'] }, given);
  assert.deepEqual(missing.result, { is: 'later', why: '/run/pw: no such file' });
});

test('PLAIN does not go over an open connection to another host', async () => {
  const world = testWorld({ trust: 'file' });
  const server = await smtpServer({ auth: ['PLAIN'] });
  const settings = settingsOf({ ...TO, ...PLAIN, ...WHO, smarthost: `127.0.0.2:${server.port}` });
  const result = await email.send(mail(TO, fresh()), settings, world);
  await server.close();
  assert.equal(result.is, 'later'); // the fake listens on 127.0.0.1 only, which counts as here
});

test('a refused sign-in is final, and tells neither name nor password', async () => {
  const { result, world } = await sent(
    {
      starttls: true,
      auth: ['PLAIN'],
      answer: (line) => (line === 'AUTH' ? '535 5.7.8 pass-word is wrong' : undefined),
    },
    WHO,
  );
  assert.deepEqual(result, {
    is: 'never',
    why: 'the server refused the sign-in (AUTH PLAIN: 535)',
  });
  assert.doesNotMatch(JSON.stringify(world.logged), /pass-word|shared-secret/);
});

for (const [at, code, is] of [
  ['GREETING', '421 too busy', 'later'],
  ['GREETING', '554 not you', 'never'],
  ['MAIL', '451 try again', 'later'],
  ['MAIL', '550 no such sender', 'never'],
  ['RCPT', '450 greylisted', 'later'],
  ['RCPT', '550 no such user', 'never'],
  ['DATA', '451 try again', 'later'],
  ['MESSAGE', '452 disk full', 'later'],
  ['MESSAGE', '554 spam', 'never'],
  ['RCPT', '503 bad sequence', 'later'],
] as const)
  test(`${code} at ${at} is ${is}`, async () => {
    const answer = (line: string) => (line.toUpperCase().startsWith(at) ? code : undefined);
    const { result } = await sent({ answer }, PLAIN);
    assert.equal(result.is, is);
    assert.match('why' in result ? result.why : '', new RegExp(code.slice(0, 3)));
  });

test('a recipient put off gets the mail at the next try, the one who has it does not', async () => {
  let puts = 1;
  const server = await smtpServer({
    answer: (line) => (/^RCPT TO:<b@/.test(line) && puts-- > 0 ? '450 later' : undefined),
  });
  const settings = settingsOf({
    ...TO,
    ...PLAIN,
    to: 'a@x.org, b@x.org',
    smarthost: server.smarthost,
  });
  const of = fresh();
  const message = email.render(of, settings, plainRendering(of));
  const first = await email.send(message, settings, testWorld());
  const second = await email.send(message, settings, testWorld());
  await server.close();
  assert.deepEqual(first, {
    is: 'later',
    why: '1 of 2 recipients refused (450); the others have it',
  });
  assert.equal(second.is, 'sent');
  const asked = server.sessions.map(({ lines }) => lines.filter((l) => l.startsWith('RCPT')));
  assert.deepEqual(asked, [['RCPT TO:<a@x.org>', 'RCPT TO:<b@x.org>'], ['RCPT TO:<b@x.org>']]);
});

test('a recipient refused for good does not keep the mail from the others', async () => {
  const answer = (line: string) => (/^RCPT TO:<b@/.test(line) ? '550 unknown' : undefined);
  const { result } = await sent({ answer }, { ...PLAIN, to: 'a@x.org, b@x.org' });
  assert.deepEqual(result, {
    is: 'sent',
    detail: '1 of 2 recipients refused (550): 250 queued as 42',
  });
});

test('nobody there, a connection broken off, and a server that says nothing are all later', async () => {
  const server = await smtpServer();
  await server.close();
  const settings = settingsOf({ ...TO, smarthost: server.smarthost });
  const gone = await email.send(mail(TO, fresh()), settings, testWorld());
  assert.deepEqual(gone, { is: 'later', why: 'nobody listens there (ECONNREFUSED)' });
  const cut = await sent(
    { answer: (line) => (line.startsWith('MAIL') ? 'close' : undefined) },
    PLAIN,
  );
  assert.equal(cut.result.is, 'later');
  for (const at of ['GREETING', 'EHLO', 'MAIL', 'MESSAGE']) {
    const world = testWorld();
    const answer = (line: string) => {
      if (!line.startsWith(at)) return undefined;
      queueMicrotask(world.abort);
      return 'hang';
    };
    const { result } = await sent({ answer }, PLAIN, world);
    assert.deepEqual(result, { is: 'later', why: 'no answer in time' });
  }
});

test('a mail without a usable address is refused for good, and the server is not asked', async () => {
  const { result, sessions } = await sent({}, { ...PLAIN, to: 'nobody' });
  assert.deepEqual([result.is, sessions.length], ['never', 0]);
});

test('a mail larger than the server takes is refused for good', async () => {
  const { result } = await sent({}, { ...PLAIN, text: 'x'.repeat(200_000) });
  assert.equal(result.is, 'never');
});

test('an address of the console may not lead to this machine', async () => {
  const { result, sessions } = await sent({}, PLAIN, testWorld({ trust: 'guarded' }));
  assert.equal(result.is, 'never');
  assert.equal(sessions.length, 0);
  const allowed = await sent(
    {},
    PLAIN,
    testWorld({ trust: 'guarded', allowedNetworks: ['127.0.0.0/8'] }),
  );
  assert.equal(allowed.result.is, 'sent');
});
