/** Small configurations on which Alertmanager's own reader and ours must agree. */
export interface ConfigCase {
  readonly what: string;
  readonly text: string;
  readonly good: boolean;
}

const END = '\nreceivers: [{name: a}, {name: b}]\n';
const root = (more: string): string => `route: {receiver: a${more}}${END}`;
const child = (fields: string): string => root(`, routes: [{${fields}}]`);
const way = (list: string, fields: string, before = ''): string =>
  `${before}route: {receiver: a}\nreceivers: [{name: a, ${list}: [{${fields}}]}]\n`;
const span = (fields: string): string =>
  `time_intervals: [{name: t, time_intervals: [{${fields}}]}]\n${root('')}`;
const rule = (fields: string): string => `inhibit_rules: [{${fields}}]\n${root('')}`;

const good = (what: string, text: string): ConfigCase => ({ what, text, good: true });
const bad = (what: string, text: string): ConfigCase => ({ what, text, good: false });

const TOP: readonly ConfigCase[] = [
  bad('nothing', ''),
  bad('no route', 'receivers: [{name: a}]\n'),
  bad('unknown section', `rules: []\n${root('')}`),
  bad('section twice', `${root('')}route: {receiver: a}\n`),
  bad('root without receiver', `route: {group_wait: 1s}${END}`),
  bad('route to nobody', `route: {receiver: c}${END}`),
  bad('receiver twice', 'route: {receiver: a}\nreceivers: [{name: a}, {name: a}]\n'),
  bad(
    'receiver without name',
    'route: {receiver: a}\nreceivers: [{name: a}, {webhook_configs: []}]\n',
  ),
  good('empty global', `global:\n${root('')}`),
  bad('unknown global', `global: {smtp_form: a}\n${root('')}`),
  bad('resolve_timeout is no duration', `global: {resolve_timeout: 5}\n${root('')}`),
  good('resolve_timeout 0', `global: {resolve_timeout: 0}\n${root('')}`),
  good(
    'anchors and merges',
    `route: &r\n  receiver: a\n  routes: [{<<: {group_wait: 1s}, receiver: b}]${END}`,
  ),
  good('a second document', `${root('')}---\nroute: 1\n`),
];

const ROUTES: readonly ConfigCase[] = [
  bad('root with matchers', root(', matchers: [a=b]')),
  bad('root with match', root(', match: {a: b}')),
  bad('root with match_re', root(', match_re: {a: b}')),
  good('root with no matchers', root(', matchers: []')),
  bad(
    'root with mute intervals',
    `time_intervals: [{name: t}]\n${root(', mute_time_intervals: [t]')}`,
  ),
  bad(
    'root with active intervals',
    `time_intervals: [{name: t}]\n${root(', active_time_intervals: [t]')}`,
  ),
  good(
    'intervals below the root',
    `time_intervals: [{name: t}]\n${child('active_time_intervals: [t], mute_time_intervals: [t]')}`,
  ),
  bad('undefined interval', child('mute_time_intervals: [t]')),
  bad('undefined active interval', child('active_time_intervals: [t]')),
  bad('child to nobody', child('receiver: c')),
  bad('unknown field', child('recever: b')),
  bad('group_interval 0', root(', group_interval: 0s')),
  bad('repeat_interval 0', root(', repeat_interval: 0s')),
  good('group_wait 0', root(', group_wait: 0s')),
  bad('group_wait without unit', root(', group_wait: 5')),
  bad('group_wait with a fraction', root(', group_wait: 1.5s')),
  bad('units in the wrong order', root(', group_wait: 1m1h')),
  good('all units', root(', repeat_interval: 1y1w1d1h1m1s1ms')),
  bad('empty duration', root(", group_wait: ''")),
  bad('negative duration', root(', group_wait: -1s')),
  good('group by all', root(", group_by: ['...']")),
  bad('group by all and one', root(", group_by: ['...', a]")),
  bad('group by the same twice', root(', group_by: [a, a]')),
  bad('group by is no list', root(', group_by: a')),
  good('continue as YAML 1.1 has it', child('continue: on')),
  bad('continue is text', child('continue: "true"')),
  bad('continue is a word', child('continue: maybe')),
];

const MATCHERS: readonly ConfigCase[] = [
  good('all operators', child(`matchers: ['a="b"', a!=b, a=~b, a!~b]`)),
  good('braces and several in one', child(`matchers: ['{a="b", c=~"d|e",}']`)),
  good('empty value', child(`matchers: ['a=""', a=]`)),
  bad('no operator', child('matchers: [a]')),
  bad('bad pattern', child(`matchers: ['a=~"("']`)),
  bad('unclosed quote', child(`matchers: ['a="b']`)),
  bad('matchers is text', child('matchers: a=b')),
  bad('match with a bad name', child('match: {"a b": c}')),
  bad('match_re with a bad pattern', child('match_re: {a: "("}')),
  good('match with a number and nothing', child('match: {a: 5, b: }')),
  good('rules', rule('source_matchers: [a=b], target_matchers: [c=d], equal: [e, f]')),
  good(
    'rules the old way',
    rule('source_match: {a: b}, source_match_re: {a: b}, target_match: {c: d}'),
  ),
  bad('rule with a bad pattern', rule('source_match_re: {a: "("}')),
  bad('rule with an unknown field', rule('source_matcher: [a=b]')),
  good('empty rule', `inhibit_rules: [null]\n${root('')}`),
];

const INTERVALS: readonly ConfigCase[] = [
  good('span of everything', span('')),
  good('times', span("times: [{start_time: '00:00', end_time: '24:00'}]")),
  bad('time without end', span("times: [{start_time: '00:00'}]")),
  bad('time that ends before it begins', span("times: [{start_time: '10:00', end_time: '09:00'}]")),
  bad('time that is empty', span("times: [{start_time: '10:00', end_time: '10:00'}]")),
  bad('time out of range', span("times: [{start_time: '10:00', end_time: '24:01'}]")),
  bad('time with one digit', span("times: [{start_time: '9:00', end_time: '10:00'}]")),
  good('weekdays', span("weekdays: [monday, 'TUESDAY:friday']")),
  bad('weekday as number', span('weekdays: [1]')),
  bad('weekdays around the end', span("weekdays: ['saturday:monday']")),
  bad('weekday cut short', span('weekdays: [mon]')),
  good('days of the month', span("days_of_month: [1, 31, '1:15', '-5:-1', '10:-1']")),
  bad('day 0', span('days_of_month: [0]')),
  bad('day 32', span('days_of_month: [32]')),
  bad('days from the end to the beginning', span("days_of_month: ['-5:3']")),
  bad('days backwards', span("days_of_month: ['5:3']")),
  bad('days that end before they begin in every month', span("days_of_month: ['25:-10']")),
  good('months', span("months: [1, december, 'march:5']")),
  bad('months backwards', span("months: ['5:march']")),
  bad('a month that is none', span('months: [mar]')),
  good('years', span("years: [2026, '2027:2030']")),
  bad('years backwards', span("years: ['2030:2027']")),
  bad('three parts', span("years: ['2026:2027:2028']")),
  good('zones', span('location: Europe/Vienna')),
  good('zones by an old name', span('location: US/Eastern')),
  good('UTC', span('location: UTC')),
  bad('zone that is none', span('location: Europe/Gotham')),
  bad('zone as offset', span("location: '+01:00'")),
  bad('interval twice', `time_intervals: [{name: t}, {name: t}]\n${root('')}`),
  bad(
    'interval in both sections',
    `time_intervals: [{name: t}]\nmute_time_intervals: [{name: t}]\n${root('')}`,
  ),
  bad('interval without name', `time_intervals: [{time_intervals: []}]\n${root('')}`),
];

const HTTP = 'url: http://127.0.0.1/, http_config: ';
const WAYS: readonly ConfigCase[] = [
  bad('unknown integration', way('pigeon_configs', '')),
  bad('webhook without url', way('webhook_configs', '')),
  bad('webhook to no URL', way('webhook_configs', 'url: example.org')),
  bad('webhook by ftp', way('webhook_configs', 'url: ftp://example.org/')),
  bad('unknown field of a way', way('webhook_configs', 'ulr: http://127.0.0.1/')),
  bad('max_alerts is text', way('webhook_configs', 'url: http://127.0.0.1/, max_alerts: many')),
  bad(
    'an empty webhook',
    'route: {receiver: a}\nreceivers: [{name: a, webhook_configs: [null]}]\n',
  ),
  bad(
    'two sign-ins',
    way('webhook_configs', `${HTTP}{basic_auth: {username: a}, bearer_token: b}`),
  ),
  bad(
    'password and its file',
    way('webhook_configs', `${HTTP}{basic_auth: {username: a, password: b, password_file: c}}`),
  ),
  bad('unknown field of http_config', way('webhook_configs', `${HTTP}{follow: true}`)),
  good('basic auth', way('webhook_configs', `${HTTP}{basic_auth: {username: a, password: b}}`)),
  bad('mail to nobody', way('email_configs', 'from: a@b, smarthost: "c:25"')),
  bad('mail without smarthost', way('email_configs', 'to: a@b, from: a@b')),
  bad('mail without sender', way('email_configs', 'to: a@b, smarthost: "c:25"')),
  good(
    'mail from global',
    way('email_configs', 'to: a@b', 'global: {smtp_from: a@b, smtp_smarthost: "c:25"}\n'),
  ),
  bad('smarthost without port', way('email_configs', 'to: a@b, from: a@b, smarthost: c')),
  bad(
    'the same header twice',
    way('email_configs', 'to: a@b, from: a@b, smarthost: "c:25", headers: {a: b, A: c}'),
  ),
  bad('slack without address', way('slack_configs', 'channel: a')),
  good(
    'slack from global',
    way('slack_configs', 'channel: a', 'global: {slack_api_url: "http://a/"}\n'),
  ),
  bad(
    'slack address twice',
    way(
      'slack_configs',
      'channel: a',
      'global: {slack_api_url: "http://a/", slack_api_url_file: b}\n',
    ),
  ),
  bad('pagerduty without key', way('pagerduty_configs', '')),
  bad(
    'pagerduty with both keys',
    way('pagerduty_configs', 'routing_key: a, service_key: b, routing_key_file: c'),
  ),
  good('pagerduty', way('pagerduty_configs', 'routing_key: a')),
  bad('opsgenie without key', way('opsgenie_configs', '')),
  good('opsgenie from global', way('opsgenie_configs', '', 'global: {opsgenie_api_key: a}\n')),
  bad('telegram without chat', way('telegram_configs', 'bot_token: a')),
  good('telegram', way('telegram_configs', 'bot_token: a, chat_id: 5')),
  bad(
    'telegram parse mode',
    way('telegram_configs', 'bot_token: a, chat_id: 5, parse_mode: BBCode'),
  ),
];

export const CONFIG_CASES: readonly ConfigCase[] = [
  ...TOP,
  ...ROUTES,
  ...MATCHERS,
  ...INTERVALS,
  ...WAYS,
];
