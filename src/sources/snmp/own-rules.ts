import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { type AlarmEvent, EVENT_LIMITS, identify } from '../../domain/alarm/event.ts';
import { type Matcher, matchesAll, parseMatchers } from '../../domain/alarm/matcher.ts';
import { parseSeverity, SEVERITIES, type Severity } from '../../domain/alarm/severity.ts';
import type { RuleFault } from '../../ports/source.ts';

/** Rules in one text; a longer list is refused. */
export const RULES_MAX = 1_000;
const FAULTS_MAX = 100;
const NAME = /\{([^{}]+)\}/g;

/** What people want a notification to be. What a rule leaves out stays as it was. */
export interface OwnRule {
  readonly matchers: readonly Matcher[];
  readonly does: Does | undefined;
  readonly severity: Severity | undefined;
  readonly type: string | undefined;
  readonly resource: string | undefined;
  readonly qualifier: string | undefined;
  readonly text: string | undefined;
}

const DOES = ['raise', 'clear', 'occurrence', 'ignore'] as const;
type Does = (typeof DOES)[number];
const TEXTS = ['type', 'resource', 'qualifier', 'text'] as const;
const KEYS: readonly string[] = ['name', 'match', 'does', 'severity', ...TEXTS];

export interface ReadRules {
  readonly rules: readonly OwnRule[];
  readonly faults: readonly RuleFault[];
}

/** Reads a text of rules. Total: what cannot be used is told with its place. */
export function readOwnRules(text: string): ReadRules {
  const lines = new LineCounter();
  const faults: RuleFault[] = [];
  const rules: OwnRule[] = [];
  const document = parseDocument(text, { lineCounter: lines, logLevel: 'silent' });
  const told = (at: number, why: string): void => {
    const { line, col } = lines.linePos(at);
    if (faults.length < FAULTS_MAX) faults.push({ line, column: col, why });
  };
  const tell = (node: unknown, why: string): void =>
    told((node as Node | null)?.range?.[0] ?? 0, why);
  for (const { pos, message } of document.errors) {
    told(pos[0], message.split('\n')[0]?.replace(/ at line .*$/, '') ?? 'not YAML');
  }
  const root = document.contents;
  if (faults.length > 0 || root === null) return { rules, faults };
  const list = isMap(root) ? root.get('rules', true) : undefined;
  if (!isSeq(list)) tell(root, 'rules: a list of rules expected');
  else if (list.items.length > RULES_MAX) tell(list, `at most ${RULES_MAX} rules`);
  else {
    for (const item of list.items) {
      const rule = readRule(item, tell);
      if (rule !== undefined) rules.push(rule);
    }
  }
  return { rules, faults };
}

type Tell = (node: unknown, why: string) => void;

function readRule(item: unknown, tell: Tell): OwnRule | undefined {
  if (!isMap(item)) {
    tell(item, 'a rule expected: match, and what the notification is');
    return undefined;
  }
  const said: Record<string, string> = {};
  const nodes: Record<string, unknown> = {};
  for (const { key, value } of item.items) {
    const name = isScalar(key) ? String(key.value) : '';
    if (!KEYS.includes(name)) tell(key, `there is no ${name}; ${KEYS.join(', ')} are there`);
    else if (!isScalar(value)) tell(value ?? key, `${name}: a text expected`);
    else [said[name], nodes[name]] = [String(value.value ?? ''), value];
  }
  const matchers = said['match'] ? parseMatchers(said['match']) : { error: 'match is needed' };
  if ('error' in matchers) tell(nodes['match'] ?? item, `match: ${matchers.error}`);
  const does = DOES.find((one) => one === said['does']);
  if (said['does'] !== undefined && does === undefined) {
    tell(nodes['does'], `does: one of ${DOES.join(', ')} expected`);
  }
  const severity = parseSeverity(said['severity'] ?? '');
  if (said['severity'] !== undefined && severity === undefined) {
    tell(nodes['severity'], `severity: one of ${SEVERITIES.join(', ')} expected`);
  }
  if ('error' in matchers) return undefined;
  const [type, resource, qualifier, text] = TEXTS.map((name) => said[name]);
  return { matchers, does, severity, type, resource, qualifier, text };
}

/** What a rule may name: the labels of the event, and what the tables made of it. */
const lookUp =
  (event: AlarmEvent) =>
  (name: string): string => {
    const own = event.labels[name];
    if (own !== undefined) return own;
    if (name === 'type' || name === 'resource' || name === 'qualifier') return event[name];
    if (name === 'kind' || name === 'text') return event[name];
    if (name === 'severity') return event.severity ?? '';
    return name === 'enterprise' ? enterpriseOf(event.labels['oid'] ?? '') : '';
  };

const enterpriseOf = (oid: string): string => /^1\.3\.6\.1\.4\.1\.(\d+)/.exec(oid)?.[1] ?? '';

/** The first rule that matches an event says what it is; without one it stays as it is. */
export function ruled(events: readonly AlarmEvent[], rules: readonly OwnRule[]): AlarmEvent[] {
  return events.flatMap((event) => {
    const rule = rules.find(({ matchers }) => matchesAll(matchers, lookUp(event)));
    if (rule === undefined) return [event];
    return rule.does === 'ignore' ? [] : [changed(event, rule)];
  });
}

function changed(event: AlarmEvent, rule: OwnRule): AlarmEvent {
  const look = lookUp(event);
  const fill = (template: string | undefined, old: string, charsMax: number): string =>
    template === undefined
      ? old
      : template
          .replaceAll(NAME, (_, name: string) => look(name))
          .slice(0, charsMax)
          .toWellFormed();
  const limits = EVENT_LIMITS;
  const resource = fill(rule.resource, event.resource, limits.resource_chars_max);
  const type = fill(rule.type, event.type, limits.type_chars_max);
  const qualifier = fill(rule.qualifier, event.qualifier, limits.qualifier_chars_max);
  const text = fill(rule.text, event.text, limits.text_chars_max);
  const kind = rule.does === undefined || rule.does === 'ignore' ? event.kind : rule.does;
  const { severity: _, lease, ...rest } = event;
  const named = { resource: resource || event.resource, type: type || event.type, qualifier };
  return {
    ...rest,
    ...named,
    kind,
    id: identify(named.resource, named.type, qualifier),
    text: text || event.text,
    ...(kind === 'clear' ? {} : { severity: rule.severity ?? event.severity ?? 'warning' }),
    ...(kind === 'raise' && lease !== undefined ? { lease } : {}),
  };
}
