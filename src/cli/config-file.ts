import { isMap, isScalar, isSeq, type Node } from 'yaml';
import { BugError } from '../base/errors.ts';
import type { Millis } from '../base/time.ts';
import { meant } from '../config/near.ts';
import { parseDuration } from './settings.ts';
import {
  type Entry,
  entriesOf,
  type FileFault,
  fileFailure,
  itemsOf,
  parseYaml,
  textOf,
  type YamlFile,
} from '../config/yaml-file.ts';

/** An alertmanager.yml as far as the desk understands it today. */
export interface ConfigFile {
  /** As it was written, with `<secret>` for every secret: what may be kept and shown. */
  readonly text: string;
  /** How many secrets were taken out. */
  readonly secrets: number;
  /** Names of the receivers, in their order. */
  readonly receivers: readonly string[];
  /** `global.resolve_timeout`, if it is set. */
  readonly resolveTimeout: Millis | undefined;
  /** What is kept and does nothing yet: `route`, `receivers.ops.slack_configs`. */
  readonly unused: readonly string[];
}

export const CONFIG_LIMITS = {
  routes_max: 100_000,
  route_depth_max: 64,
  /** Faults told at once; nobody reads further. */
  faults_max: 100,
} as const;

const TOP = [
  'global',
  'route',
  'receivers',
  'inhibit_rules',
  'templates',
  'time_intervals',
  'mute_time_intervals',
  'tracing',
  'event_recorder',
];

const ROUTE = [
  'receiver',
  'group_by',
  'continue',
  'match',
  'match_re',
  'matchers',
  'group_wait',
  'group_interval',
  'repeat_interval',
  'mute_time_intervals',
  'active_time_intervals',
  'labels',
  'routes',
];

const INHIBIT = [
  'name',
  'source_match',
  'source_match_re',
  'source_matchers',
  'target_match',
  'target_match_re',
  'target_matchers',
  'equal',
];

const INTEGRATIONS = [
  'discord',
  'email',
  'incidentio',
  'jira',
  'mattermost',
  'msteams',
  'msteamsv2',
  'opsgenie',
  'pagerduty',
  'pushover',
  'rocketchat',
  'slack',
  'sns',
  'telegram',
  'victorops',
  'webex',
  'webhook',
  'wechat',
].map((name) => `${name}_configs`);

/** Keys whose value is a secret in Alertmanager's own types (Secret, SecretURL). */
const SECRET =
  /(?:^|_)(?:password|secret|token|credentials|(?:secret|api|routing|service|user|access)_key)$/;

const SECRET_NAMES = new Set(['slack_api_url', 'webhook_url']);

/** Addresses that let in whoever knows them. The other integrations' are no secret. */
const SECRET_URLS: Readonly<Record<string, string>> = {
  webhook_configs: 'url',
  slack_configs: 'api_url',
};

/** Reads a configuration, or says everything that is wrong with it. Total. */
export function readConfig(
  text: string,
  file: string,
): ConfigFile | { readonly faults: readonly FileFault[] } {
  const yaml = parseYaml(text, file);
  if ('faults' in yaml) return yaml;
  const faults: FileFault[] = [];
  const check = new Check(yaml, faults);
  const read = check.top();
  faults.sort((a, b) => a.line - b.line || a.column - b.column);
  return faults.length > 0 ? { faults } : read;
}

/** Reads a configuration for a start or a reload. Throws DeskError SETTINGS_INVALID. */
export function loadConfig(text: string, file: string): ConfigFile {
  const read = readConfig(text, file);
  if ('faults' in read) throw fileFailure(file, read.faults);
  return read;
}

class Check {
  readonly #yaml: YamlFile;
  readonly #faults: FileFault[];
  #routes = 0;

  constructor(yaml: YamlFile, faults: FileFault[]) {
    this.#yaml = yaml;
    this.#faults = faults;
  }

  top(): ConfigFile {
    const yaml = this.#yaml;
    if (!isMap(yaml.root)) this.#say(yaml.root, 'expected a mapping with route and receivers');
    const top = this.#known(yaml.root, TOP, 'top level');
    const value = (key: string): Node | undefined => top.find((e) => e.key === key)?.value;
    const global = entriesOf(yaml, value('global'));
    const receivers = this.#receivers(value('receivers'));
    const intervals = ['time_intervals', 'mute_time_intervals'].flatMap((key) =>
      this.#named(value(key), key),
    );
    this.#route(value('route'), new Set(receivers.map((r) => r.name)), new Set(intervals), 0);
    if (isMap(yaml.root) && value('route') === undefined)
      this.#say(yaml.root, 'there is no `route`');
    for (const rule of itemsOf(yaml, value('inhibit_rules')))
      this.#known(rule, INHIBIT, 'inhibit_rules');
    const timeout = global.find((e) => e.key === 'resolve_timeout');
    const unused = [
      ...global.filter((e) => e !== timeout).map((e) => `global.${e.key}`),
      ...top
        .filter(({ key }) => key !== 'global' && key !== 'receivers' && key !== '')
        .map((e) => e.key),
      ...receivers.flatMap((r) => r.ways.map((way) => `receivers.${r.name}.${way}`)),
    ];
    return {
      ...withoutSecrets(yaml),
      receivers: receivers.map((r) => r.name),
      resolveTimeout: timeout && this.#duration(timeout),
      unused,
    };
  }

  #say(node: unknown, why: string): void {
    if (this.#faults.length >= CONFIG_LIMITS.faults_max) return;
    this.#faults.push(this.#yaml.fault(node, why));
  }

  /** The entries of a mapping; what is not in `names` is a fault, with the nearest name. */
  #known(node: Node | undefined, names: readonly string[], where: string): readonly Entry[] {
    if (node !== undefined && !isMap(node) && textOf(node) !== undefined)
      this.#say(node, `${where}: expected a mapping`);
    const entries = entriesOf(this.#yaml, node);
    for (const { key, keyNode } of entries)
      if (!names.includes(key))
        this.#say(keyNode, `${where} has no field "${key}"${meant(key, names)}`);
    return entries;
  }

  #receivers(node: Node | undefined): { name: string; ways: string[] }[] {
    const seen = new Set<string>();
    return itemsOf(this.#yaml, node).map((item) => {
      const entries = this.#known(item, ['name', ...INTEGRATIONS], 'a receiver');
      const name = textOf(entries.find((e) => e.key === 'name')?.value) ?? '';
      if (name === '') this.#say(item, 'a receiver needs a `name`');
      if (seen.has(name)) this.#say(item, `there are two receivers named "${name}"`);
      seen.add(name);
      return { name, ways: entries.map((e) => e.key).filter((key) => key !== 'name') };
    });
  }

  #named(node: Node | undefined, where: string): string[] {
    return itemsOf(this.#yaml, node).flatMap((item) => {
      const name = textOf(entriesOf(this.#yaml, item).find((e) => e.key === 'name')?.value);
      if (name === undefined) this.#say(item, `${where}: each needs a \`name\``);
      return name === undefined ? [] : [name];
    });
  }

  #route(
    node: Node | undefined,
    receivers: ReadonlySet<string>,
    intervals: ReadonlySet<string>,
    depth: number,
  ): void {
    if (++this.#routes > CONFIG_LIMITS.routes_max || depth > CONFIG_LIMITS.route_depth_max) {
      if (depth > CONFIG_LIMITS.route_depth_max)
        this.#say(node, `routes are more than ${CONFIG_LIMITS.route_depth_max} deep`);
      if (this.#routes === CONFIG_LIMITS.routes_max + 1)
        this.#say(node, `there are more than ${CONFIG_LIMITS.routes_max} routes`);
      return;
    }
    const entries = this.#known(node, ROUTE, 'a route');
    const get = (key: string): Entry | undefined => entries.find((e) => e.key === key);
    const receiver = textOf(get('receiver')?.value);
    if (receiver !== undefined && !receivers.has(receiver))
      this.#say(
        get('receiver')?.value,
        `there is no receiver "${receiver}"${meant(receiver, [...receivers])}`,
      );
    if (depth === 0 && node !== undefined) this.#root(node, entries, receiver);
    for (const key of ['group_wait', 'group_interval', 'repeat_interval']) {
      const entry = get(key);
      const length = entry && this.#duration(entry);
      if (length === 0 && key !== 'group_wait')
        this.#say(entry?.value, `${key} must be more than 0`);
    }
    for (const key of ['mute_time_intervals', 'active_time_intervals'])
      for (const item of itemsOf(this.#yaml, get(key)?.value)) {
        const name = textOf(item) ?? '';
        if (!intervals.has(name)) this.#say(item, `there is no time interval "${name}"`);
      }
    for (const child of itemsOf(this.#yaml, get('routes')?.value))
      this.#route(child, receivers, intervals, depth + 1);
  }

  #root(node: Node, entries: readonly Entry[], receiver: string | undefined): void {
    if (receiver === undefined) this.#say(node, 'the root route needs a `receiver`');
    for (const { key, keyNode } of entries)
      if (/^(match|match_re|matchers|mute_time_intervals|active_time_intervals)$/.test(key))
        this.#say(keyNode, `the root route takes every alarm, so it has no \`${key}\``);
  }

  #duration({ key, keyNode, value }: Entry): Millis | undefined {
    const text = textOf(value) ?? '';
    const length = parseDuration(text);
    if (length === undefined)
      this.#say(value ?? keyNode, `${key}: "${text}" is not a length of time such as 30s or 4h`);
    return length;
  }
}

/** The text with every secret replaced where it stands, so that comments and order stay. */
function withoutSecrets(yaml: YamlFile): { text: string; secrets: number } {
  const ranges: (readonly [from: number, to: number])[] = [];
  const walk = (node: unknown, isSecret: boolean, owner: string): void => {
    // An alias is not followed: what it stands for is walked where it is written.
    if (isMap(node)) {
      for (const item of node.items) {
        const key = isScalar(item.key) ? String(item.key.value) : '';
        const secret =
          isSecret || SECRET.test(key) || SECRET_NAMES.has(key) || SECRET_URLS[owner] === key;
        walk(item.value, secret, key);
      }
    } else if (isSeq(node)) for (const item of node.items) walk(item, isSecret, owner);
    else if (isSecret && isScalar(node) && node.range && node.value !== null && node.value !== '')
      ranges.push([node.range[0], node.range[1]]);
  };
  walk(yaml.root, false, '');
  let out = '';
  let at = 0;
  for (const [from, to] of ranges.sort(([a], [b]) => a - b)) {
    if (from < at) throw new BugError('two scalars overlap');
    const tail = yaml.text.slice(from, to);
    out += `${yaml.text.slice(at, from)}<secret>${/\n$/.test(tail) ? '\n' : ''}`;
    at = to;
  }
  return { text: out + yaml.text.slice(at), secrets: ranges.length };
}
