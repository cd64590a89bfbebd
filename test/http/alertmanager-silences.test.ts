import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { type Instant, instantText, minutes } from '../../src/base/time.ts';
import { alertmanagerRoutes } from '../../src/http/alertmanager.ts';
import { UNNAMED } from '../../src/http/alertmanager-silences.ts';
import { csrfOf } from '../../src/http/cookie.ts';
import { openTestServer, signedIn, tokenOf } from '../support/http.ts';

const NO_CONFIG = {
  version: '',
  revision: '',
  buildDate: '',
  startedAt: 0 as Instant,
  peer: undefined,
  config: () => '',
  receivers: () => ['none'],
};

const open = (classicNames = false) =>
  openTestServer({
    routes: ({ desk }) => alertmanagerRoutes({ desk, status: NO_CONFIG, classicNames }),
  });

let s = await open();
beforeEach(async () => {
  await s.close();
  s = await open();
});
after(() => s.close());

const at = (ms: number): string => instantText((s.clock.now() + ms) as Instant);
const HOUR = minutes(60);

const wanted = (more: object = {}) => ({
  matchers: [{ name: 'site', value: 'nbg', isRegex: false, isEqual: true }],
  startsAt: at(0),
  endsAt: at(HOUR),
  createdBy: 'nora',
  comment: 'works on the ring',
  ...more,
});

const call = (method: string, path: string, body?: unknown, headers = {}, to = s.url) =>
  fetch(`${to}/api/v2/${path}`, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });

async function made(body: unknown, headers = {}): Promise<string> {
  const response = await call('POST', 'silences', body, headers);
  const text = await response.text();
  assert.equal(response.status, 200, text);
  return (JSON.parse(text) as { silenceID: string }).silenceID;
}

interface Listed {
  readonly id: string;
  readonly status: { readonly state: string };
  readonly comment: string;
}

const listed = async (query = ''): Promise<readonly Listed[]> =>
  (await (await call('GET', `silences${query}`)).json()) as readonly Listed[];

test('a silence is told with the fields of Alertmanager, in its order', async () => {
  const matchers = [
    { name: 'site', value: 'nbg', isRegex: false },
    { name: 'job', value: 'a|b', isRegex: true, isEqual: false },
  ];
  const id = await made(wanted({ matchers, annotations: { ticket: 'NET-7' } }));
  const want =
    `{"id":"${id}","status":{"state":"active"},"updatedAt":"${at(0)}",` +
    `"annotations":{"ticket":"NET-7"},"comment":"works on the ring","createdBy":"nora",` +
    `"endsAt":"${at(HOUR)}","matchers":[` +
    `{"isEqual":true,"isRegex":false,"name":"site","value":"nbg"},` +
    `{"isEqual":false,"isRegex":true,"name":"job","value":"a|b"}],"startsAt":"${at(0)}"}`;
  const one = await call('GET', `silence/${id}`);
  assert.equal(await one.text(), `${want}\n`);
  assert.deepEqual(
    [one.headers.get('content-type'), one.headers.get('cache-control'), one.headers.get('vary')],
    ['application/json', 'no-store', 'Origin'],
  );
  assert.equal(await (await call('GET', 'silences')).text(), `[${want}]\n`);
});

test('it is written down under whom the door knows', async () => {
  const operator = await signedIn(s, 'operator');
  const { id: token, authorization } = await tokenOf(s, operator.id, 'role');
  const byOf = (id: string) => s.desk.memory.get('silences', id)?.by;
  assert.equal(byOf(await made(wanted())), UNNAMED);
  assert.equal(byOf(await made(wanted(), { authorization })), `token:${token}`);
  const secret = operator.cookie.split('=')[1] ?? '';
  const session = { cookie: operator.cookie, 'x-csrf-token': csrfOf(secret) };
  assert.equal(byOf(await made(wanted(), session)), operator.id);
  const forged = await call('POST', 'silences', wanted(), { cookie: operator.cookie });
  assert.equal(forged.status, 403);
});

test('one that is active changes in place; other matchers or another start make a new one', async () => {
  const id = await made(wanted());
  s.clock.pass(1);
  const start = at(-1);
  assert.equal(await made(wanted({ id, startsAt: start, endsAt: at(2 * HOUR) })), id);
  const matchers = [{ name: 'site', value: 'fra', isRegex: false }];
  const other = await made(wanted({ id, startsAt: start, matchers }));
  assert.notEqual(other, id);
  const states = (await listed()).map((l) => [l.id, l.status.state]);
  assert.deepEqual(states, [
    [other, 'active'],
    [id, 'expired'],
  ]);
});

test('active ones come first by end, then pending ones by start, then expired ones, last first', async () => {
  const comments = async (query = '') => (await listed(query)).map(({ comment }) => comment);
  await made(wanted({ comment: 'a2', endsAt: at(3 * HOUR) }));
  await made(wanted({ comment: 'p2', startsAt: at(HOUR), endsAt: at(2 * HOUR) }));
  await made(wanted({ comment: 'a1', endsAt: at(2 * HOUR) }));
  await made(wanted({ comment: 'p1', startsAt: at(HOUR / 2), endsAt: at(9 * HOUR) }));
  await made(wanted({ comment: 'e1', endsAt: at(1_000) }));
  await made(wanted({ comment: 'e2', endsAt: at(2_000) }));
  s.clock.pass(2_000);
  assert.deepEqual(await comments(), ['a1', 'a2', 'p1', 'p2', 'e2', 'e1']);
  assert.deepEqual(await comments('?expired=false'), ['a1', 'a2', 'p1', 'p2']);
  assert.deepEqual(await comments('?active=false&pending=0'), ['e2', 'e1']);
});

test('a filter finds silences that hold the same matcher, not those that would match', async () => {
  await made(wanted({ comment: 'equal' }));
  const matchers = [
    { name: 'site', value: 'nbg', isRegex: true },
    { name: 'job', value: 'x', isRegex: false },
  ];
  await made(wanted({ comment: 'pattern', matchers }));
  const found = async (...filters: readonly string[]) => {
    const query = filters.map((f) => `filter=${encodeURIComponent(f)}`).join('&');
    return (await listed(`?${query}`)).map(({ comment }) => comment);
  };
  assert.deepEqual(await found('site="nbg"'), ['equal']);
  assert.deepEqual(await found('site=~"nbg"'), ['pattern']);
  assert.deepEqual(await found('site=~"nbg"', 'job=x'), ['pattern']);
  assert.deepEqual(await found('site="nbg"', 'job=x'), []);
  const bad = await call('GET', 'silences?filter=foo');
  assert.deepEqual([bad.status, await bad.text()], [400, '"bad matcher format: foo"\n']);
});

test('DELETE ends it now, twice does no harm, and one that is not there is 404 without a body', async () => {
  const id = await made(wanted());
  const answers: unknown[] = [];
  for (let n = 0; n < 2; n++) {
    const response = await call('DELETE', `silence/${id}`);
    answers.push([response.status, await response.text()]);
  }
  assert.deepEqual(answers, [
    [200, ''],
    [200, ''],
  ]);
  assert.equal((await listed())[0]?.status.state, 'expired');
  const none = '00000000-0000-4000-8000-000000000000';
  for (const method of ['GET', 'DELETE']) {
    const response = await call(method, `silence/${none}`);
    assert.deepEqual([response.status, await response.text()], [404, '']);
    assert.equal(response.headers.get('content-type'), null);
  }
});

const REFUSED: readonly (readonly [
  what: string,
  body: () => unknown,
  status: number,
  says: RegExp,
])[] = [
  ['no body', () => '', 422, /^\{"code":602,"message":"silence in body is required"\}$/],
  ['null', () => 'null', 422, /^\{"code":602,"message":"comment in body is required"\}$/],
  [
    'no JSON',
    () => '{',
    400,
    /^\{"code":400,"message":"parsing silence body from \\"\\" failed, because /,
  ],
  ['a list', () => '[]', 400, /^\{"code":400,"message":"parsing silence body/],
  ['no author', () => wanted({ createdBy: null }), 422, /"createdBy in body is required"/],
  ['no end', () => wanted({ endsAt: undefined }), 422, /"endsAt in body is required"/],
  ['no start', () => wanted({ startsAt: undefined }), 422, /"startsAt in body is required"/],
  ['no matchers', () => wanted({ matchers: undefined }), 422, /"matchers in body is required"/],
  [
    'an empty list',
    () => wanted({ matchers: [] }),
    422,
    /^\{"code":612,"message":"matchers in body should have at least 1 items"\}$/,
  ],
  [
    'a matcher without a value',
    () => wanted({ matchers: [{ name: 'a', isRegex: false }] }),
    422,
    /"matchers.0.value in body is required"/,
  ],
  [
    'a matcher without isRegex',
    () => wanted({ matchers: [{ name: 'a', value: 'b' }] }),
    422,
    /"matchers.0.isRegex in body is required"/,
  ],
  [
    'a time that is none',
    () => wanted({ endsAt: 'soon' }),
    400,
    /^\{"code":400.*endsAt is not an RFC 3339 time/,
  ],
  [
    'isRegex as a word',
    () => wanted({ matchers: [{ name: 'a', value: 'b', isRegex: 'no' }] }),
    400,
    /^\{"code":400/,
  ],
  [
    'no start before the end',
    () => wanted({ startsAt: at(HOUR) }),
    400,
    /^"Failed to create silence: start time must be before end time"$/,
  ],
  [
    'an end in the past',
    () => wanted({ startsAt: at(-2), endsAt: at(-1) }),
    400,
    /^"Failed to create silence: end time can't be in the past"$/,
  ],
  [
    'a matcher for everything',
    () => wanted({ matchers: [{ name: 'a', value: '.*', isRegex: true }] }),
    400,
    /^"invalid silence: at least one matcher must not match the empty string"$/,
  ],
  [
    'a pattern that is none',
    () => wanted({ matchers: [{ name: 'a', value: '(', isRegex: true }] }),
    400,
    /^"invalid silence: invalid label matcher 0: invalid regular expression/,
  ],
  [
    'a name that is none',
    () => wanted({ matchers: [{ name: '', value: 'x', isRegex: false }] }),
    400,
    /^"invalid silence: invalid label matcher 0: invalid label name/,
  ],
  ['an id nobody knows', () => wanted({ id: 'nope' }), 404, /^"silence not found"$/],
];

for (const [what, body, status, says] of REFUSED) {
  test(`refused in the words of Alertmanager, and no entry written: ${what}`, async () => {
    const before = s.desk.memory.position;
    const response = await call('POST', 'silences', body());
    const text = await response.text();
    assert.equal(response.status, status, text);
    assert.match(text.trimEnd(), says);
    assert.equal(response.headers.get('content-type'), 'application/json');
    assert.equal(s.desk.memory.position, before);
  });
}

test('other media, bad ids, methods and paths are objects with a code', async () => {
  const shape = async (response: Response) => [response.status, await response.json()];
  const media = 'unsupported media type "text/plain", only [application/json] are allowed';
  const plain = { 'content-type': 'text/plain' };
  assert.deepEqual(await shape(await call('POST', 'silences', wanted(), plain)), [
    415,
    { code: 415, message: media },
  ]);
  assert.deepEqual(await shape(await call('GET', 'silence/nope')), [
    422,
    { code: 601, message: 'silenceID in path must be of type uuid: "nope"' },
  ]);
  const put = await call('PUT', 'silences');
  assert.match(put.headers.get('allow') ?? '', /GET.*POST/);
  const [status, body] = (await shape(put)) as [number, { code: number; message: string }];
  assert.deepEqual([status, body.code], [405, 405]);
  assert.match(body.message, /^method PUT is not allowed, but \[(GET|HEAD|POST|,)+\] are$/);
  assert.deepEqual(await shape(await call('GET', 'nope')), [
    404,
    { code: 404, message: 'path /api/v2/nope was not found' },
  ]);
});

test('the desk’s own refusals have the shape that clients of API v2 can show', async () => {
  const far = { 'x-forwarded-for': '192.0.2.1' };
  const viewer = await signedIn(s, 'viewer');
  const { authorization } = await tokenOf(s, viewer.id, 'role');
  const sender = await tokenOf(s, viewer.id, 'ingest:*');
  const refused = async (headers: Record<string, string>) => {
    const response = await call('POST', 'silences', wanted(), headers);
    assert.equal(response.headers.get('content-type'), 'application/json');
    return [response.status, await response.json()];
  };
  const unknown = { code: 401, message: 'Sign in first, or send a token.' };
  assert.deepEqual(await refused(far), [401, unknown]);
  const need = { code: 403, message: 'This needs the role or scope operator.' };
  assert.deepEqual(await refused({ authorization }), [403, need]);
  assert.deepEqual(await refused({ authorization: sender.authorization }), [403, need]);
});

test('a page of another site reads with a token, and without a name it does not', async () => {
  const origin = 'https://elsewhere.example.net';
  const viewer = await signedIn(s, 'viewer');
  const { authorization } = await tokenOf(s, viewer.id, 'role');
  const named = await call('GET', 'silences', undefined, { origin, authorization });
  assert.deepEqual([named.status, named.headers.get('access-control-allow-origin')], [200, '*']);
  assert.equal(named.headers.get('vary'), 'Origin');
  assert.equal((await call('GET', 'silences', undefined, { origin })).status, 403);
  const own = await call('GET', 'silences');
  assert.deepEqual([own.status, own.headers.get('access-control-allow-origin')], [200, null]);
  const ask = (method: string, fields: string) =>
    call('OPTIONS', 'silences', undefined, {
      origin,
      'access-control-request-method': method,
      'access-control-request-headers': fields,
    });
  const may = await ask('POST', 'content-type, authorization');
  assert.equal(may.status, 204);
  assert.equal(may.headers.get('access-control-allow-origin'), '*');
  assert.equal(may.headers.get('access-control-allow-methods'), 'POST');
  assert.equal(may.headers.get('access-control-allow-headers'), 'content-type, authorization');
  for (const not of [await ask('PUT', ''), await ask('POST', 'x-csrf-token')]) {
    assert.deepEqual([not.status, not.headers.get('access-control-allow-origin')], [204, null]);
  }
  assert.equal((await call('OPTIONS', 'silences', undefined, { origin })).status, 405);
});

test('classic mode refuses names outside ASCII with the phrase its clients look for', async (t) => {
  const classic = await open(true);
  t.after(classic.close);
  const matchers = [{ name: 'größe', value: 'x', isRegex: false }];
  assert.equal((await call('POST', 'silences', wanted({ matchers }))).status, 200);
  const refused = await call('POST', 'silences', wanted({ matchers }), {}, classic.url);
  assert.equal(refused.status, 400);
  assert.match(await refused.text(), /^"invalid silence: invalid label matcher/);
});

test('the same key makes one silence, however often it is sent', async () => {
  const key = { 'idempotency-key': 'k1' };
  assert.equal(await made(wanted(), key), await made(wanted(), key));
  assert.equal((await listed()).length, 1);
});
