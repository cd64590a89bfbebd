import assert from 'node:assert/strict';
import { test } from 'node:test';
import { REROUTE_LIMITS } from '../../src/desk/views/reroute.ts';
import { openConfigConsole, plain } from '../support/config-console.ts';
import { raise } from '../support/http.ts';

const { parts, configuration, apply, inForce, browser } = await openConfigConsole();

const FILE = `# Ask Nora before you touch it.
route:
  receiver: ops   # by day
  group_by: [alertname]
  routes:
    # Nights.
    - matchers: [severity="critical"]
      receiver: night
receivers:
  - name: ops
    webhook_configs:
      - url: http://hook.example.org/in # the chat
        http_config:
          authorization:
            credentials: hush-hush
  # Three people.
  - name: night
    webhook_configs:
      - url: http://night.example.org/in
`;
const HERE = '/configuration/receivers';

const nora = await browser('admin', 'Nora');
const ada = await browser('admin', 'Ada');
const tom = await browser('operator', 'Tom');
await apply(nora.id, FILE);

const drop = (who: typeof nora) => who.post('/configuration/draft', { do: 'drop' });

test('receivers are listed with their ways and who names them, for admins alone', async () => {
  const { status, text } = await nora.get(HERE);
  assert.equal(status, 200);
  assert.match(text, /ops named by 1 route Rename Remove webhook/);
  assert.match(text, /night named by 1 route/);
  for (const path of [HERE, `${HERE}/form?kind=webhook`, '/configuration/draft'])
    assert.equal((await tom.get(path)).status, 403);
});

test('a form shows what is set, and of a secret only that it is set', async () => {
  const { markup, text } = await nora.get(`${HERE}/form?receiver=ops&kind=webhook&index=0`);
  assert.doesNotMatch(markup, /hush-hush|hook\.example\.org/);
  assert.match(text, /URL Address to post to\. It is set, and not shown: leave this empty/);
  assert.match(markup, /credentials: &lt;secret&gt;|credentials: "&lt;secret&gt;"/);
  assert.match(text, /max_alerts Alerts told at most in one message/);
});

test('a change is one line of the file; comments stay, and it holds once it is put in force', async () => {
  const form = { receiver: 'night', kind: 'webhook', index: '0', do: 'keep' };
  const kept = await nora.post(`${HERE}/form`, { ...form, 'v-max_alerts': '20' });
  assert.equal(kept.to, `${HERE}?kept`, kept.text);
  assert.match((await nora.get(kept.to)).text, /Kept in your draft: webhook of night changed\./);
  assert.doesNotMatch((await ada.get(HERE)).text, /draft has/);
  const draft = await nora.get('/configuration/draft');
  assert.match(draft.text, /1 line added \(\+\), 0 removed.*\+ max_alerts: 20/);
  assert.doesNotMatch(inForce(), /max_alerts/);
  const from = await nora.markOf('/configuration/draft');
  const none = await nora.post('/configuration/draft', { from, do: 'save' });
  assert.equal(none.status, 422);
  assert.match(none.text, /Error: Your draft .* There is a problem Say why/);
  const saved = await nora.post('/configuration/draft', { from, do: 'save', why: 'a storm' });
  assert.match(saved.to, /^\/configuration\?saved=r\d+$/);
  assert.match(inForce(), /# Three people\.\n {2}- name: night\n[\s\S]*max_alerts: 20\n/);
  assert.match((await nora.get('/configuration/draft')).text, /You have no draft/);
});

test('a receiver is added with its first way, renamed, and removed again', async () => {
  const form = { kind: 'email', first: 'yes', do: 'keep' };
  const none = await nora.post(`${HERE}/form`, { ...form, 'v-to': 'a@b.example' });
  assert.equal(none.status, 422);
  assert.match(none.markup, /<a href="#f-receiver">Give the receiver a name\.<\/a>/);
  assert.match(none.markup, /name="v-to"[^>]*value="a@b\.example"/, 'what was typed is kept');
  const twice = await nora.post(`${HERE}/form`, { ...form, receiver: 'night' });
  assert.match(twice.text, /There is a receiver "night" already/);
  const faulty = await nora.post(`${HERE}/form`, { ...form, receiver: 'mail' });
  assert.equal(faulty.status, 422);
  assert.match(faulty.markup, /href="#f-v-to"/);
  const fields = { 'v-to': 'a@b.example', 'v-from': 'd@b.example' };
  const more = { 'v-smarthost': 'mx.example.org:25', 'v-tls_config': '[' };
  const unread = await nora.post(`${HERE}/form`, { ...form, ...fields, ...more, receiver: 'mail' });
  assert.match(unread.text, /TLS config: this is not YAML/);
  more['v-tls_config'] = 'server_name: mx.example.org';
  const made = await nora.post(`${HERE}/form`, { ...form, ...fields, ...more, receiver: 'mail' });
  assert.equal(made.to, `${HERE}?kept`, made.text);
  const rename = { receiver: 'mail', kind: '', index: '', do: 'keep', 'v-name': 'post' };
  assert.equal((await nora.post(`${HERE}/form`, rename)).to, `${HERE}?kept`);
  assert.match((await nora.get(HERE)).text, /post no route names it/);
  const gone = await nora.post(`${HERE}/remove`, { receiver: 'post' });
  assert.equal(gone.to, `${HERE}?kept`);
  assert.match((await nora.get('/configuration/draft')).text, /The texts are the same/);
  await drop(nora);
});

test('a renamed receiver keeps its secrets and its routes; comments stay', async () => {
  const held = parts.desk.memory.get('revisions', configuration.inForce())?.document;
  const before = inForce();
  const rename = { receiver: 'ops', kind: '', index: '', do: 'keep', 'v-name': 'desk' };
  const form = await nora.get(`${HERE}/form?receiver=ops`);
  assert.match(form.text, /what fires\s+then is told once more/, 'said before it is done');
  const kept = await nora.post(`${HERE}/form`, rename);
  assert.equal(kept.to, `${HERE}?kept`, kept.text);
  const draft = await nora.get('/configuration/draft');
  assert.match(draft.text, /receiver ops renamed to desk: what fires is told to it once more/);
  const way = { receiver: 'desk', kind: 'webhook', index: '0', do: 'keep', 'v-max_alerts': '3' };
  assert.equal((await nora.post(`${HERE}/form`, way)).to, `${HERE}?kept`, 'it goes on from there');
  const moved = { ...way, 'v-url': 'http://elsewhere.example.org/' };
  const refused = await nora.post(`${HERE}/form`, moved);
  assert.match(refused.text, /has changed: write its secrets anew/, 'not to another address');
  const from = await nora.markOf('/configuration/draft');
  const saved = await nora.post('/configuration/draft', { from, do: 'save', why: 'a name' });
  assert.match(saved.to, /saved=r\d+$/, saved.text);
  assert.match(inForce(), /receiver: desk {3}# by day[\s\S]*- name: desk\n/);
  const now = parts.desk.memory.get('revisions', configuration.inForce())?.document;
  const secretsOf = (document: typeof held) =>
    JSON.stringify(document?.receivers[0]?.ways[0]?.settings).match(/"\$secret":"\w+"/g);
  assert.ok(secretsOf(held));
  assert.deepEqual(secretsOf(now), secretsOf(held));
  await apply(
    nora.id,
    before.replace('<secret>', 'http://hook.example.org/in').replace('<secret>', 'hush-hush'),
  );
});

test('a receiver that routes name is not removed, and the routes are named', async () => {
  const { status, text } = await nora.post(`${HERE}/remove`, { receiver: 'night' });
  assert.equal(status, 422);
  assert.match(text, /night is named by severity="critical": give these another receiver first/);
});

test('a secret left empty stays, a new one is not shown in the comparison', async () => {
  const form = { receiver: 'ops', kind: 'webhook', index: '0', do: 'keep' };
  const { markup } = await nora.get(`${HERE}/form?receiver=ops&kind=webhook&index=0`);
  const http = plain(/name="v-http_config"[^>]*>\n([^<]*)</.exec(markup)?.[1] ?? '').trim();
  assert.match(http, /credentials/);
  const yaml = 'authorization:\n  credentials: <secret>\n';
  const same = await nora.post(`${HERE}/form`, { ...form, 'v-http_config': yaml });
  assert.equal(same.to, `${HERE}?kept`, same.text);
  assert.match((await nora.get('/configuration/draft')).text, /The texts are the same/);
  const other = await nora.post(`${HERE}/form`, {
    ...{ ...form, 'v-http_config': yaml },
    'v-url': 'http://other.example.org/new',
  });
  assert.match(other.text, /url has changed: write its secrets anew/, 'no secret for a stranger');
  const anew = yaml.replace('<secret>', 'fresh-one');
  const fresh = await nora.post(`${HERE}/form`, { ...form, 'v-http_config': anew });
  assert.equal(fresh.to, `${HERE}?kept`, fresh.text);
  assert.doesNotMatch((await nora.get('/configuration/draft')).markup, /fresh-one/);
  const back = await nora.get(`${HERE}/form?receiver=ops&kind=webhook&index=0`);
  assert.doesNotMatch(back.markup, /fresh-one/);
  await drop(nora);
});

test('two who change different things both get theirs; the same lines are left to them', async () => {
  const form = { receiver: 'night', kind: 'webhook', index: '0', do: 'keep' };
  await nora.post(`${HERE}/form`, { ...form, 'v-max_alerts': '30' });
  await apply(ada.id, inForce().replace('[alertname]', '[alertname, site]'));
  const seen = await nora.get('/configuration/draft');
  assert.match(seen.text, /Ada put r\d+ in force meanwhile/);
  assert.match(seen.text, /\+ group_by: \[alertname, site\]/);
  const from = await nora.markOf('/configuration/draft');
  const late = await nora.post('/configuration/draft', { from, do: 'save', why: 'mine' });
  assert.equal(late.status, 409);
  const carried = await nora.post('/configuration/draft', { from, do: 'carry' });
  assert.equal(carried.to, '/configuration/draft', carried.text);
  const after = await nora.markOf('/configuration/draft');
  const saved = await nora.post('/configuration/draft', { from: after, do: 'save', why: 'mine' });
  assert.match(saved.to, /saved=/, saved.text);
  assert.match(inForce(), /group_by: \[alertname, site\][\s\S]*max_alerts: 30/);
  await nora.post(`${HERE}/form`, { ...form, 'v-max_alerts': '40' });
  await apply(ada.id, inForce().replace('max_alerts: 30', 'max_alerts: 50'));
  const stuck = await nora.markOf('/configuration/draft');
  const clash = await nora.post('/configuration/draft', { from: stuck, do: 'carry' });
  assert.match(clash.text, /You and they changed the same lines/);
  await drop(nora);
});

test('a form that was opened on something older says so and keeps what was typed', async () => {
  const from = await nora.markOf(HERE);
  await apply(ada.id, inForce().replace('[alertname, site]', '[alertname]'));
  const form = { receiver: 'night', kind: 'webhook', index: '0', do: 'keep', from };
  const { status, text, markup } = await nora.post(`${HERE}/form`, {
    ...form,
    'v-max_alerts': '77',
  });
  assert.equal(status, 409);
  assert.match(text, /changed since this form was opened/);
  assert.match(text, /What changed meanwhile .*\+ group_by: \[alertname\]/);
  assert.match(markup, /name="v-max_alerts"[^>]*\svalue="77"/);
});

const TREE = '/configuration/routes';

test('a route is added below another, moved and removed; comments of the tree stay', async () => {
  const form = { at: '', under: '', place: '1', was: 'the root route', do: 'keep' };
  const route = { 'v-matchers': 'team="net"\r\nsite=~"g.*"', 'v-receiver': 'night' };
  const faulty = { ...form, ...route, 'v-matchers': 'team', 'v-group_wait': 'soon' };
  const wrong = await nora.post(`${TREE}/form`, faulty);
  assert.equal(wrong.status, 422);
  assert.match(wrong.markup, /href="#f-v-matchers"/);
  assert.match(wrong.markup, /href="#f-v-group_wait"/);
  assert.match(wrong.markup, /name="v-group_wait"[^>]*\svalue="soon"/);
  const added = await nora.post(`${TREE}/form`, { ...form, ...route, 'v-group_wait': '10s' });
  assert.equal(added.to, `${TREE}?kept`, added.text);
  assert.match((await nora.get(TREE)).text, /team="net", site=~"g\.\*" → goes to night group wait/);
  const up = await nora.post(`${TREE}/move`, { at: '1', do: 'up' });
  assert.equal(up.to, `${TREE}?kept`, up.text);
  const draft = (await nora.get('/configuration/draft')).markup;
  assert.match(plain(draft), /route team="net", site=~"g\.\*" moved up/);
  assert.match(
    plain(draft),
    /\+ - team="net" \+ - site=~"g\.\*" \+ group_wait: 10s # Nights\. - matchers/,
  );
  const below = { at: '', under: '0', place: '0', was: 'team="net", site=~"g.*"', do: 'keep' };
  const child = await nora.post(`${TREE}/form`, { ...below, 'v-matchers': 'a="b"' });
  assert.equal(child.to, `${TREE}?kept`, child.text);
  const gone = await nora.post(`${TREE}/move`, { at: '0', do: 'remove' });
  assert.equal(gone.to, `${TREE}?kept`, gone.text);
  assert.match((await nora.get('/configuration/draft')).text, /The texts are the same/);
  await drop(nora);
});

test('a form of a route that is another one by now changes nothing', async () => {
  const form = { at: '0', under: '', place: '', was: 'team="gone"', do: 'keep' };
  const { status, text } = await nora.post(`${TREE}/form`, { ...form, 'v-receiver': 'ops' });
  assert.equal(status, 409);
  assert.match(text, /That is not there any more/);
});

test('a form says which alarms open now would go another way, and to whom', async () => {
  const labels = { severity: 'critical', team: 'net' };
  const many = REROUTE_LIMITS.examples_max + 1;
  for (let n = 0; n < many; n++) await parts.desk.receive('x', [raise(`core-${n}`, { labels })]);
  const form = { at: '', under: '', place: '0', was: 'the root route' };
  const route = { 'v-matchers': 'team="net"', 'v-receiver': 'ops' };
  const looked = await nora.post(`${TREE}/form`, { ...form, ...route, do: 'look' });
  assert.equal(looked.status, 200);
  assert.match(looked.text, /11 of 11 open alarms would go another way\. .* night → ops/);
  assert.match(looked.text, /and 1 more/, 'as many are shown as may be, the rest is counted');
  assert.match(looked.markup, /name="v-matchers"[^>]*>\nteam=&quot;net&quot;</);
  const counted = await nora.post(`${TREE}/form`, { ...form, ...route, do: 'count' });
  assert.deepEqual(JSON.parse(counted.markup), {
    says: '11 of 11 open alarms would go another way.',
  });
  const wrong = await nora.post(`${TREE}/form`, { ...form, 'v-matchers': 'x', do: 'count' });
  assert.match(JSON.parse(wrong.markup).fault, /x/);
  await nora.post(`${TREE}/form`, { ...form, ...route, do: 'keep' });
  assert.match((await nora.get('/configuration/draft')).text, /11 of 11 open alarms would go/);
  await drop(nora);
});

test('the root has no matchers to give; a receiver is one of those there are', async () => {
  const { markup } = await nora.get(`${TREE}/form?at=`);
  assert.doesNotMatch(markup, /name="v-matchers"/);
  assert.match(markup, /<select id="f-v-receiver"[\s\S]*<option selected>ops<[\s\S]*>night</);
});

test('incident rules are added, tried on the alarms there are, ordered and removed', async () => {
  const rules = '/configuration/rules';
  const form = { list: 'incident_rules', at: '0', was: 'an incident rule' };
  const rule = { 'v-name': 'net', 'v-matchers': 'team="net"', 'v-min_alarms': '3' };
  const wrong = await nora.post(`${rules}/form`, { ...form, do: 'keep', 'v-min_alarms': '0' });
  assert.equal(wrong.status, 422);
  assert.match(wrong.markup, /href="#f-v-name"[\s\S]*href="#f-v-min_alarms"/);
  const tried = await nora.post(`${rules}/form`, { ...form, ...rule, do: 'look' });
  assert.match(tried.text, /would have opened 1 incident, with 11 of 11 alarms in them/);
  const kept = await nora.post(`${rules}/form`, { ...form, ...rule, do: 'keep' });
  assert.equal(kept.to, `${rules}?kept`, kept.text);
  const second = { ...form, at: '1', 'v-name': 'rest', do: 'keep' };
  assert.equal((await nora.post(`${rules}/form`, second)).to, `${rules}?kept`);
  const up = await nora.post(`${rules}/move`, { list: 'incident_rules', at: '1', do: 'up' });
  assert.equal(up.to, `${rules}?kept`, up.text);
  assert.match((await nora.get(rules)).text, /rest Change .* net Change/);
  for (const _ of [1, 2])
    await nora.post(`${rules}/move`, { list: 'incident_rules', at: '0', do: 'remove' });
  assert.match((await nora.get('/configuration/draft')).text, /The texts are the same/);
  await drop(nora);
});
