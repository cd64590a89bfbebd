import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KINDS } from '../../test/support/kinds.ts';
import { loadConfig, readConfig } from './read.ts';

const END = '\nreceivers: [{name: a}, {name: net}]\n';
const faults = (text: string): string[] => {
  const read = readConfig(text, 'am.yml', KINDS);
  return 'faults' in read ? read.faults.map((f) => `${f.line}:${f.column} ${f.why}`) : [];
};
const way = (fields: string, before = ''): string =>
  `${before}route: {receiver: a}\nreceivers: [{name: a, ${fields}}]\n`;

test('each fault has its place, what was expected, and the nearest name', () => {
  const table: readonly (readonly [string, ...string[]])[] = [
    ['', '1:1 expected a mapping with route and receivers'],
    ['a: [1', '1:6 this is not YAML: flow sequence in block collection must be sufficiently'],
    [`${'['.repeat(200)}`, '1:201 this is not YAML', '1:201 this is not YAML'],
    [
      `rout: {receiver: a}${END}`,
      '1:1 top level has no field "rout"; did you mean route?',
      '1:1 top level needs a `route`',
    ],
    [`route: {receiver: b}${END}`, '1:19 there is no receiver "b"'],
    [`route: {receiver: met}${END}`, '1:19 there is no receiver "met"; did you mean net?'],
    [
      `route: {reciever: a, receiver: a}${END}`,
      '1:9 a route has no field "reciever"; did you mean receiver?',
    ],
    [`route: {receiver: a, receiver: a}${END}`, '1:22 "receiver" stands here for the second time'],
    [`route: [a]${END}`, '1:8 route: expected a mapping, this is a list'],
    [`route: {receiver: [a]}${END}`, '1:19 receiver: expected a text, this is a list'],
    [`route: {receiver: a, continue: maybe}${END}`, '1:32 continue: "maybe" is not true or false'],
    [
      `route: {receiver: a, routes: [{group_by: [b, b]}]}${END}`,
      '1:46 group_by: "b" stands here twice',
    ],
    [`route: {receiver: a, routes: [null]}${END}`, '1:31 routes: there is nothing here'],
    [
      `route: {receiver: a, matchers: [a=b]}${END}`,
      '1:22 the root route takes every alarm, so it has no `matchers`',
    ],
    [
      `route: {receiver: a, group_wait: 5}${END}`,
      '1:34 group_wait: "5" is not a length of time such as 30s, 5m or 1d12h',
    ],
    [
      `route: {receiver: a, group_wait: 1.5s}${END}`,
      '1:34 group_wait: "1.5s" is not a length of time such as 30s, 5m or 1d12h',
    ],
    [
      `route: {receiver: a, on_acknowledge: stop-all}${END}`,
      '1:38 on_acknowledge: "stop-all" is not one of stop_repeats, stop_all, nothing; did you mean stop_all?',
    ],
    [
      `route: {receiver: a, routes: [{matchers: [a]}]}${END}`,
      '1:43 matchers: bad matcher format: a; write it as severity="critical"',
    ],
    [
      `route: {receiver: a, routes: [{matchers: ['a=~"("']}]}${END}`,
      '1:43 matchers: "a=~"("" is no matcher such as severity="critical": error parsing regexp: missing closing ): `(`',
    ],
    [
      way('webhok_configs: []'),
      '2:23 a receiver has no field "webhok_configs"; did you mean webhook_configs?',
    ],
    [way('jira_configs: []'), '2:23 this desk has no channel jira'],
    [
      way('trap_configs: []', 'global: {jira_api_url: "http://a/"}\n'),
      '1:10 this desk has no channel jira, so global has no jira_api_url',
    ],
    [way('webhook_configs: [{}]'), '2:41 webhook_configs needs a `url`'],
    [way('webhook_configs: [null]'), '2:41 webhook_configs needs a `url`'],
    [
      way('webhook_configs: [{url: "hidden"}]'),
      '2:47 url: is not an address such as https://example.org/path',
    ],
    [
      way('webhook_configs: [{url: "http://a", mode: flow}]'),
      '2:65 mode: "flow" is not one of fast, slow; did you mean slow?',
    ],
    [
      way('webhook_configs: [{url: "http://a", max_alerts: 11}]'),
      '2:71 max_alerts: "11" is more than 10',
    ],
    [
      way('webhook_configs: [{url: "http://a", max_alerts: x}]'),
      '2:71 max_alerts: "x" is not a whole number',
    ],
    [way('webhook_configs: [{url: "http://a", ratio: x}]'), '2:66 ratio: "x" is not a number'],
    [
      way('webhook_configs: [{url: "http://a", timeout: soon}]'),
      '2:68 timeout: "soon" is not a length of time such as 30s, 5m or 1d12h',
    ],
    [
      way('webhook_configs: [{url: "http://a", headers: {a: b, c: d, e: f}}]'),
      '2:68 headers: more than 2 entries',
    ],
    [
      way('webhook_configs: [{url: "http://a", target: [b]}]'),
      '2:67 target: expected a text or a mapping, this is a list',
    ],
    [
      way('webhook_configs: [{url: "http://a", target: {id: b}}]'),
      '2:72 id: "b" is not a whole number',
    ],
    [way('slack_configs: [{}]'), '2:39 api_url: one of api_url and api_url_file is needed'],
    [
      way('slack_configs: [{api_url: "http://a", api_url_file: b}]'),
      '2:75 api_url_file: not together with api_url',
    ],
    [
      way(
        'slack_configs: [{api_url: "http://a", fields: [{title: a, short: no}, {title: "", short: no}]}]',
      ),
      '2:101 fields[1].title: is needed',
    ],
    [
      way('slack_configs: [{api_url: "http://a", fields: [{title: a}]}]'),
      '2:70 fields needs a `short`',
    ],
    [
      way('trap_configs: []', 'global: {slack_api_url: "http://a", slack_api_url_file: b}\n'),
      '1:57 slack_api_url_file: not together with slack_api_url',
    ],
    [
      way('trap_configs: []', 'global: {http_config: {bearer_token: a, bearer_token_file: b}}\n'),
      '1:60 http_config.bearer_token_file: not together with bearer_token',
    ],
    [way('labels: {name: b}'), '2:38 labels: `name` is the receiver\'s: "a"'],
    [
      `time_intervals: [{name: t, time_intervals: [{weekdays: [mondy]}]}]\nroute: {receiver: a}${END}`,
      '1:57 weekdays: "mondy" is no day of the week such as monday; did you mean monday?',
    ],
    [
      `time_intervals: [{name: t, time_intervals: [{location: Europe/Gotham}]}]\nroute: {receiver: a}${END}`,
      '1:56 location: there is no time zone "Europe/Gotham"',
    ],
    [
      `time_intervals: [{name: nights}]\nroute: {receiver: a, routes: [{mute_time_intervals: [night]}]}${END}`,
      '2:54 there is no time interval "night"; did you mean nights?',
    ],
    [
      `inhibit_rules: [{source_match: {"a b": c}}]\nroute: {receiver: a}${END}`,
      '1:40 source_match: "a b" is no label name; write it in source_matchers',
    ],
  ];
  for (const [text, ...want] of table) {
    const found = faults(text);
    assert.equal(found.length, want.length, `${text} -> ${found.join(' | ')}`);
    for (const [i, fault] of found.entries())
      assert.ok(fault.startsWith(want[i] ?? '?'), `${text}\n got ${fault}\nwant ${want[i]}`);
  }
});

test('all faults of a file are told, in the order of the file', () => {
  const text = `global: {resolve_timeout: x}\nroute: {receiver: b, group_interval: 0s}\nrules: 1${END}`;
  assert.deepEqual(
    faults(text).map((fault) => fault.split(' ')[0]),
    ['1:27', '2:19', '2:38', '3:1'],
  );
});

test('a start is refused with the place of the first fault', () => {
  assert.throws(
    () => loadConfig('route: 1', 'am.yml', KINDS),
    /^DeskError: am\.yml:1:8: route: expected a mapping/,
  );
});

test('a fault never says a secret', () => {
  for (const text of [
    way('webhook_configs: [{url: hunter2}]'),
    way('slack_configs: [{api_url: hunter2}]'),
    way('webhook_configs: [{url: "http://a", headers: {a: [hunter2]}}]'),
    way('webhook_configs: [{url: "http://hunter2/", max_alerts: x}]'),
  ]) {
    const found = faults(text);
    assert.ok(found.length > 0, text);
    assert.ok(!found.join().includes('hunter2'), found.join());
  }
});
