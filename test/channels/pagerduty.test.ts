import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { EVENT_BYTES_MAX, pagerduty, SUMMARY_CHARS_MAX } from '../../src/channels/pagerduty.ts';
import { exchanged, FIRING, RESOLVED, settingsOf } from './exact.ts';
import { answers } from './far-side.ts';
import { plainRendering } from './notices.ts';

const KEY = createHash('sha256').update(FIRING.groupKey).digest('hex');
const accepted = answers(202, '{"status":"success","message":"Event processed"}');

test('version 2: the event triggers with the group’s key, details, images and links', async () => {
  const given = (url: string) => ({
    routing_key: 'R0UT1NG',
    url: `${url}/v2/enqueue`,
    details: { region: 'eu', num_resolved: 'none' },
    images: [
      { src: 'http://x/i.png', alt: 'graph', href: 'http://x/' },
      { src: '', alt: '', href: '' },
    ],
    links: [
      { href: 'http://x/runbook', text: 'Runbook' },
      { href: '', text: 'none' },
    ],
    class: 'deploy',
    component: 'db',
    group: 'prod',
  });
  const { result, arrived } = await exchanged(pagerduty, given, FIRING, accepted);
  assert.deepEqual(result, { is: 'sent', detail: 'HTTP 202' });
  assert.deepEqual(JSON.parse(arrived[0]?.body ?? ''), {
    routing_key: 'R0UT1NG',
    dedup_key: KEY,
    event_action: 'trigger',
    payload: {
      summary: 'pagerduty.default.description of ops',
      source: 'pagerduty.default.client of ops',
      severity: 'error',
      class: 'deploy',
      component: 'db',
      group: 'prod',
      custom_details: {
        firing: plainRendering(FIRING).data.Alerts,
        num_firing: 1,
        num_resolved: 'none',
        region: 'eu',
        resolved: [],
      },
    },
    client: 'pagerduty.default.client of ops',
    client_url: 'pagerduty.default.clientURL of ops',
    images: [{ src: 'http://x/i.png', alt: 'graph', href: 'http://x/' }],
    links: [{ href: 'http://x/runbook', text: 'Runbook' }],
  });
});

test('the end of the trouble resolves under the same key', async () => {
  const given = (url: string) => ({ routing_key_file: '/key', url });
  const { arrived } = await exchanged(pagerduty, given, RESOLVED, accepted, { '/key': 'F1LE\n' });
  const { routing_key, dedup_key, event_action } = JSON.parse(arrived[0]?.body ?? '');
  assert.deepEqual([routing_key, dedup_key, event_action], ['F1LE', KEY, 'resolve']);
});

test('version 1: a service_key goes to the older API of the same host', async () => {
  const given = (url: string) => ({ service_key: 'S3RV', url: `${url}/v2/enqueue`, details: {} });
  const { arrived } = await exchanged(pagerduty, given, FIRING, accepted);
  const { details, ...rest } = JSON.parse(arrived[0]?.body ?? '');
  assert.equal(arrived[0]?.path, '/generic/2010-04-15/create_event.json');
  assert.deepEqual(rest, {
    service_key: 'S3RV',
    incident_key: KEY,
    event_type: 'trigger',
    description: 'pagerduty.default.description of ops',
    client: 'pagerduty.default.client of ops',
    client_url: 'pagerduty.default.clientURL of ops',
  });
  assert.deepEqual(Object.keys(details), ['firing', 'num_firing', 'num_resolved', 'resolved']);
});

test('2.4 details leave an event that is larger than 512 kB, and only then', () => {
  const eventWith = (chars: number) => {
    const details = {
      firing: 'x',
      resolved: 'x',
      num_firing: 'x',
      num_resolved: 'x',
      big: 'y'.repeat(chars),
    };
    const set = settingsOf<Parameters<typeof pagerduty.send>[1]>(pagerduty.settings, {
      routing_key: 'x',
      details,
    });
    return pagerduty.render(FIRING, set, plainRendering(FIRING)).event;
  };
  const room = EVENT_BYTES_MAX - 64 - Buffer.byteLength(JSON.stringify(eventWith(1))) + 1;
  assert.equal(Buffer.byteLength(JSON.stringify(eventWith(room))), EVENT_BYTES_MAX - 64);
  assert.match(
    JSON.stringify(eventWith(room + 1)),
    /"custom_details":\{"error":"The details were left out/,
  );
});

test('2.4 a summary is cut at 1,024 characters, not before', () => {
  const summary = (description: string) => {
    const set = settingsOf<Parameters<typeof pagerduty.send>[1]>(pagerduty.settings, {
      routing_key: 'x',
      description,
    });
    const { payload } = pagerduty.render(FIRING, set, plainRendering(FIRING)).event;
    return (payload as { summary: string }).summary.length;
  };
  assert.deepEqual(
    [summary('x'.repeat(SUMMARY_CHARS_MAX)), summary('x'.repeat(5_000))],
    [1_024, 1_024],
  );
});

test('a refused event is never, with what PagerDuty found in it; version 1 says 403 for too many', async () => {
  const bad =
    '{"status":"invalid event","message":"Event object is invalid","errors":["\'summary\' is missing or blank"]}';
  const v2 = (url: string) => ({ routing_key: 'x', url });
  const { result } = await exchanged(pagerduty, v2, FIRING, answers(400, bad));
  assert.deepEqual(result, {
    is: 'never',
    why: "HTTP 400: Event object is invalid; 'summary' is missing or blank",
  });
  const v1 = (url: string) => ({ service_key: 'x', url });
  assert.equal((await exchanged(pagerduty, v1, FIRING, answers(403))).result.is, 'later');
  assert.equal((await exchanged(pagerduty, v2, FIRING, answers(403))).result.is, 'never');
});

test('a key is needed', () => {
  const faults = (given: object) =>
    pagerduty.faults?.(settingsOf(pagerduty.settings, given)).map(([field]) => field);
  assert.deepEqual(faults({}), ['routing_key']);
  assert.deepEqual(faults({ service_key: 'x' }), []);
  assert.deepEqual(faults({ routing_key: 'x', routing_key_file: 'y' }), ['routing_key_file']);
});
