import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import type { Instant } from '../../src/base/time.ts';
import { JIRA_LIMITS, jira } from '../../src/channels/hooks/jira.ts';
import { signed } from '../../src/channels/hooks/sigv4.ts';
import { SNS_LIMITS, sns } from '../../src/channels/hooks/sns.ts';
import { WECHAT_MESSAGE_BYTES_MAX, wechat } from '../../src/channels/hooks/wechat.ts';
import type { Channel } from '../../src/ports/channel.ts';
import { exchanged, FIRING, RESOLVED, settingsOf } from './exact.ts';
import { type Answer, answers } from './far-side.ts';
import { plainRendering } from './notices.ts';

const KEY = createHash('sha256').update(FIRING.groupKey).digest('hex');
const said = <S, B>(channel: Channel<S, { readonly body: B }>, given: object, one = FIRING): B =>
  channel.render(one, settingsOf<S>(channel.settings, given), plainRendering(one)).body;

test('the signature is the one AWS computes for its own example keys', () => {
  // The keys and the request of AWS’s published test suite, case post-x-www-form-urlencoded.
  const headers = signed(
    new URL('https://example.amazonaws.com/'),
    'Param1=value1',
    'application/x-www-form-urlencoded',
    'service',
    'us-east-1',
    { accessKey: 'AKIDEXAMPLE', secretKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' },
    Date.UTC(2015, 7, 30, 12, 36, 0) as Instant,
  );
  assert.equal(headers['X-Amz-Date'], '20150830T123600Z');
  assert.equal(
    headers.Authorization,
    'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, ' +
      'SignedHeaders=content-type;host;x-amz-date, ' +
      'Signature=ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
  );
});

const KEYS = { access_key: 'AKID', secret_key: 'secret-key' };

test('sns: Publish as a signed form', async () => {
  const given = (url: string) => ({
    api_url: url,
    sigv4: KEYS,
    topic_arn: 'arn:aws:sns:eu-central-1:1:ops.fifo',
    subject: 'S\n1',
    message: 'it’s (up)*',
    attributes: { severity: 'critical' },
  });
  const { result, arrived } = await exchanged(sns, given, FIRING, answers(200));
  assert.equal(result.is, 'sent');
  assert.match(
    String(arrived[0]?.headers.authorization),
    /Credential=AKID\/\d{8}\/eu-central-1\/sns\/aws4_request/,
  );
  assert.ok(arrived[0]?.body.includes('Message=it%E2%80%99s%20%28up%29%2A'));
  assert.deepEqual(Object.fromEntries(new URLSearchParams(arrived[0]?.body)), {
    Action: 'Publish',
    Version: '2010-03-31',
    TopicArn: 'arn:aws:sns:eu-central-1:1:ops.fifo',
    MessageDeduplicationId: createHash('sha256').update('d17.0 1767225630000').digest('hex'),
    MessageGroupId: KEY,
    Message: 'it’s (up)*',
    Subject: 'S 1',
    'MessageAttributes.entry.1.Name': 'severity',
    'MessageAttributes.entry.1.Value.DataType': 'String',
    'MessageAttributes.entry.1.Value.StringValue': 'critical',
  });
});

test('sns: a refusal is told in AWS’s words, a throttled request is later', async () => {
  const given = (url: string) => ({ api_url: url, sigv4: KEYS, topic_arn: 'arn:aws:sns:r-1:1:o' });
  const told = async (code: string) => {
    const body = `<ErrorResponse><Error><Code>${code}</Code><Message>why</Message></Error>`;
    return (await exchanged(sns, given, FIRING, answers(400, body))).result;
  };
  assert.deepEqual(await told('InvalidParameter'), { is: 'never', why: 'HTTP 400: why' });
  assert.equal((await told('ThrottlingException')).is, 'later');
});

test('sns: an SMS and a message are cut at their limits, and say so', () => {
  const { sms_chars_max: sms, message_bytes_max: most } = SNS_LIMITS;
  const fields = (given: object) => said(sns, given).fields;
  const sent = (n: number) => fields({ phone_number: '+1', message: 'x'.repeat(n) });
  assert.equal(sent(sms).Message, 'x'.repeat(sms));
  assert.equal(sent(sms + 1).Message, `${'x'.repeat(sms - 1)}…`);
  assert.equal(sent(sms)['MessageAttributes.entry.1.Name'], undefined);
  assert.equal(sent(sms + 1)['MessageAttributes.entry.1.Name'], 'truncated');
  const long = (n: number) => fields({ topic_arn: 'a', message: 'x'.repeat(n) }).Message;
  assert.deepEqual([long(most)?.length, long(most + 1)?.at(-1)], [most, '…']);
});

test('sns: without keys, and with two targets, it says what is missing', async () => {
  const none = (url: string) => ({ api_url: url, topic_arn: 'arn:aws:sns:eu-1:1:ops' });
  assert.equal((await exchanged(sns, none, FIRING, answers(200))).result.is, 'never');
  const two = settingsOf<never>(sns.settings, { topic_arn: 'a', phone_number: 'b', sigv4: {} });
  assert.deepEqual(
    sns.faults?.(two).map(([field]) => field),
    ['topic_arn'],
  );
});

const OPS = { project: 'OPS', issue_type: 'Bug', summary: 'S', description: 'D', priority: 'High' };
const issue = (more: object) => (url: string) => ({
  api_url: `${url}/rest/api/2`,
  ...OPS,
  ...more,
});

/** A Jira whose search finds these, and whose issues have these transitions. */
const jiraWith =
  (issues: readonly object[]): Answer =>
  ({ method, path }, response): unknown => {
    response.setHeader('Content-Type', 'application/json');
    if (path.endsWith('/search')) return response.end(JSON.stringify({ issues }));
    if (method === 'GET') return response.end('{"transitions":[{"id":"31","name":"Done"}]}');
    response.statusCode = method === 'PUT' ? 204 : 201;
    return response.end();
  };
const found = (key: string) => ({ key: 'OPS-7', fields: { status: { statusCategory: { key } } } });

test('jira: a first notice searches the group’s issue, and opens one', async () => {
  const given = issue({ labels: ['b'], fields: { customfield_1: { value: '{{ .Text }}' } } });
  const { result, arrived } = await exchanged(jira, given, FIRING, jiraWith([]));
  assert.equal(result.is, 'sent');
  assert.deepEqual(
    arrived.map(({ method, path }) => `${method} ${path}`),
    ['POST /rest/api/2/search', 'POST /rest/api/2/issue'],
  );
  assert.deepEqual(JSON.parse(arrived[0]?.body ?? ''), {
    jql: `statusCategory != Done and project="OPS" and labels="ALERT{${KEY}}" order by status ASC,resolutiondate DESC`,
    maxResults: 2,
    fields: ['status'],
  });
  assert.deepEqual(JSON.parse(arrived[1]?.body ?? ''), {
    fields: {
      project: { key: 'OPS' },
      issuetype: { name: 'Bug' },
      summary: 'S',
      description: 'D',
      labels: [`ALERT{${KEY}}`, 'b'],
      priority: { name: 'High' },
      customfield_1: { value: 'db1 is down' },
    },
  });
});

test('jira: a later notice changes the issue, but for what it is told to leave', async () => {
  const given = issue({ summary: { template: 'S', enable_update: false } });
  const { arrived } = await exchanged(jira, given, FIRING, jiraWith([found('new')]));
  assert.equal(`${arrived[1]?.method} ${arrived[1]?.path}`, 'PUT /rest/api/2/issue/OPS-7');
  const { fields } = JSON.parse(arrived[1]?.body ?? '');
  assert.deepEqual(['summary' in fields, fields.description], [false, 'D']);
});

test('jira: when all is over the issue is resolved; without an issue none is opened', async () => {
  const given = issue({ resolve_transition: 'Done' });
  const over = await exchanged(jira, given, RESOLVED, jiraWith([found('new')]));
  assert.equal(over.result.is, 'sent');
  assert.deepEqual(
    over.arrived.slice(2).map(({ method, path, body }) => `${method} ${path} ${body}`),
    [
      'GET /rest/api/2/issue/OPS-7/transitions ',
      'POST /rest/api/2/issue/OPS-7/transitions {"transition":{"id":"31"}}',
    ],
  );
  const none = await exchanged(jira, given, RESOLVED, jiraWith([]));
  assert.deepEqual([none.result.is, none.arrived.length], ['sent', 1]);
  const other = issue({ resolve_transition: 'Closed' });
  const missing = await exchanged(jira, other, RESOLVED, jiraWith([found('new')]));
  assert.deepEqual(missing.result, {
    is: 'never',
    why: 'issue OPS-7 has no transition "Closed" now',
  });
});

test('jira: a done issue is looked for and opened again, within its time', async () => {
  const given = issue({
    reopen_transition: 'Done',
    reopen_duration: '2h',
    wont_fix_resolution: 'No "1"',
  });
  const { arrived } = await exchanged(jira, given, FIRING, jiraWith([found('done')]));
  assert.match(
    JSON.parse(arrived[0]?.body ?? '').jql,
    /^\(resolution is EMPTY or resolution != "No \\"1\\""\) and \(resolutiondate is EMPTY OR resolutiondate >= -120m\) and project=/,
  );
  assert.equal(arrived.at(-1)?.path, '/rest/api/2/issue/OPS-7/transitions');
});

test('jira: version 3 takes its description as a document; what is none is refused', async () => {
  const three = (description: string) => (url: string) => ({
    ...OPS,
    api_url: `${url}/rest/api/3`,
    description,
  });
  const { arrived } = await exchanged(jira, three('{"type":"doc"}'), FIRING, jiraWith([]));
  assert.deepEqual(JSON.parse(arrived[1]?.body ?? '').fields.description, { type: 'doc' });
  const { result } = await exchanged(jira, three('words'), FIRING, jiraWith([]));
  assert.deepEqual(result, { is: 'never', why: 'description: JSON is expected' });
});

test('jira: a refusal names the fields, and texts are cut at their limits', async () => {
  const no = answers(400, '{"errorMessages":["no"],"errors":{"priority":"unknown"}}');
  const { result } = await exchanged(jira, issue({}), FIRING, no);
  assert.deepEqual(result, { is: 'never', why: 'HTTP 400: no; priority: unknown' });
  for (const [field, most] of [
    ['summary', JIRA_LIMITS.summary_chars_max],
    ['description', JIRA_LIMITS.description_chars_max],
  ] as const) {
    const of = (n: number) => said(jira, { ...OPS, [field]: 'x'.repeat(n) }).fields[field];
    assert.equal(of(most), 'x'.repeat(most));
    assert.equal(of(most + 1), `${'x'.repeat(most - 1)}…`);
  }
});

const corp = (secret: string) => (url: string) => ({
  api_url: `${url}/cgi-bin/`,
  api_secret: secret,
  corp_id: 'corp',
  agent_id: '1000002',
  to_user: 'ann|bob',
  to_party: '',
  to_tag: '',
  message: 'M',
  message_type: 'markdown',
});
const token = '{"errcode":0,"access_token":"tok-1","expires_in":7200}';

test('wechat: a token first, then the message', async () => {
  const ok: Answer = ({ path }, response) =>
    void response.end(path.includes('gettoken') ? token : '{"errcode":0,"errmsg":"ok"}');
  const { result, arrived } = await exchanged(wechat, corp('s&1'), FIRING, ok);
  assert.equal(result.is, 'sent');
  assert.deepEqual(
    arrived.map(({ method, path }) => `${method} ${path}`),
    [
      'GET /cgi-bin/gettoken?corpid=corp&corpsecret=s%261',
      'POST /cgi-bin/message/send?access_token=tok-1',
    ],
  );
  assert.deepEqual(JSON.parse(arrived[1]?.body ?? ''), {
    touser: 'ann|bob',
    toparty: '',
    totag: '',
    agentid: '1000002',
    msgtype: 'markdown',
    markdown: { content: 'M' },
    safe: '0',
  });
});

test('wechat: a token that is not valid any more is fetched anew, once', async () => {
  const stale: Answer = ({ path }, response) =>
    void response.end(path.includes('gettoken') ? token : '{"errcode":42001,"errmsg":"expired"}');
  const { result, arrived } = await exchanged(wechat, corp('two'), FIRING, stale);
  assert.deepEqual(result, { is: 'never', why: 'HTTP 200: 42001 expired' });
  assert.equal(arrived.length, 4);
});

test('wechat: a wrong secret is final, a busy system is later, a text is cut', async () => {
  const wrong = answers(200, '{"errcode":40001,"errmsg":"invalid credential"}');
  assert.equal((await exchanged(wechat, corp('three'), FIRING, wrong)).result.is, 'never');
  const busy: Answer = ({ path }, response) =>
    void response.end(path.includes('gettoken') ? token : '{"errcode":-1,"errmsg":"busy"}');
  assert.equal((await exchanged(wechat, corp('four'), FIRING, busy)).result.is, 'later');
  const most = WECHAT_MESSAGE_BYTES_MAX;
  const of = (n: number) => said(wechat, { message: 'x'.repeat(n) }).message.text;
  assert.deepEqual(of(most), { content: 'x'.repeat(most) });
  assert.deepEqual(of(most + 1), { content: `${'x'.repeat(most - 3)}…` });
});
