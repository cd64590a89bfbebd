import type { Millis } from '../../base/time.ts';
import type { EventKind } from '../../domain/alarm/event.ts';
import { rank, type Severity } from '../../domain/alarm/severity.ts';
import { bounded, type Fact, find } from './facts.ts';
import type { Another, Conditions, Part, Scale, Trap } from './rules.ts';
import { trapOf } from './tables.ts';

/** What a line of the tables makes of these varbinds. */
export interface Verdict {
  readonly kind: EventKind;
  readonly type: string;
  readonly part: Part;
  readonly qualifier: string;
  readonly severity: Severity | undefined;
  readonly lease: Millis | undefined;
  readonly text: string;
  /** The column the text already speaks of. */
  readonly said: string;
}

export function verdictOf(trap: Trap, facts: readonly Fact[]): Verdict {
  const { part, text, type, lease } = trap;
  if (typeof type !== 'string') {
    return 'named' in type
      ? anotherVerdict(trap, type, facts)
      : conditionVerdict(trap, type, facts);
  }
  const plain = { type, part, lease, text, qualifier: '', said: '' };
  if (trap.does === 'clear') return { ...plain, kind: 'clear', severity: undefined };
  const severity = severityOf(trap.severity, facts);
  if (trap.does === 'state') return stateVerdict(trap, plain, facts);
  if (trap.does === 'limit')
    return limitVerdict(trap, { ...plain, kind: 'raise', severity }, facts);
  if (trap.does === 'event') {
    return { ...plain, kind: 'occurrence', severity, text: `${text} (${trap.name})` };
  }
  const planned = type === 'link' && severity === 'warning' ? ' as planned' : '';
  return { ...plain, kind: 'raise', severity, text: `${text}${planned}` };
}

/** What a scale makes of the value that came; undefined when its object did not come. */
function gradeOf(scale: Scale, facts: readonly Fact[]): Severity | 'clear' | undefined {
  const fact = find(facts, scale.column);
  if (fact === undefined) return undefined;
  const byNumber = fact.number === undefined ? undefined : scale.of.get(String(fact.number));
  const text = fact.text.toLowerCase();
  const known = scale.of.get(text) ?? byNumber;
  if (known !== undefined || fact.column.as !== 'bits') return known ?? scale.other;
  return worst(text.split(',').map((bit) => scale.of.get(bit) ?? scale.other));
}

const rankOf = (grade: Severity | 'clear'): number => (grade === 'clear' ? 0 : rank(grade));

const worst = (grades: readonly (Severity | 'clear')[]): Severity | 'clear' =>
  grades.reduce((a, b) => (rankOf(b) > rankOf(a) ? b : a), 'clear');

function severityOf(rule: Trap['severity'], facts: readonly Fact[]): Severity {
  if (rule === undefined) return 'warning';
  if (typeof rule === 'string') return rule;
  const grade = gradeOf(rule, facts) ?? rule.other;
  return grade === 'clear' ? 'indeterminate' : grade;
}

/** A state we cannot see is raised as indeterminate: better shown than guessed. */
function stateVerdict(
  trap: Trap,
  plain: Omit<Verdict, 'kind' | 'severity'>,
  facts: readonly Fact[],
): Verdict {
  const { severity: scale, howBad } = trap;
  if (typeof scale !== 'object') return { ...plain, kind: 'raise', severity: scale };
  const grade = gradeOf(scale, facts);
  if (grade === undefined) {
    const text = `${plain.text} in unknown state`;
    return { ...plain, kind: 'raise', severity: 'indeterminate', text };
  }
  const text = `${plain.text} ${find(facts, scale.column)?.text ?? ''}`;
  const told = { ...plain, text, said: scale.column };
  if (grade === 'clear') return { ...told, kind: 'clear', severity: undefined };
  const severity = howBad === undefined ? grade : severityOf(howBad, facts);
  return { ...told, kind: 'raise', severity };
}

/** SensorThresholdRelation of CISCO-ENTITY-SENSOR-MIB: is the threshold crossed? */
const RELATIONS: Readonly<Record<number, (value: number, limit: number) => boolean>> = {
  1: (value, limit) => value < limit,
  2: (value, limit) => value <= limit,
  3: (value, limit) => value > limit,
  4: (value, limit) => value >= limit,
  5: (value, limit) => value === limit,
  6: (value, limit) => value !== limit,
};
const AT_LEAST = 4;
const AT_MOST = 2;

/**
 * The relation is seldom sent. Without it a positive threshold is taken as an upper one, and a
 * threshold of zero or less as a lower one: received light in dBm (decision 0004).
 */
function limitVerdict({ limit }: Trap, raised: Verdict, facts: readonly Fact[]): Verdict {
  const value = find(facts, limit?.value ?? '')?.number;
  const threshold = find(facts, limit?.threshold ?? '')?.number;
  const { text } = raised;
  if (value === undefined || threshold === undefined) {
    return { ...raised, text: `${text} crossed a threshold` };
  }
  const given = find(facts, limit?.relation ?? '')?.number;
  const crossed = RELATIONS[given ?? (threshold > 0 ? AT_LEAST : AT_MOST)] ?? (() => true);
  return crossed(value, threshold)
    ? { ...raised, text: `${text} out of range` }
    : { ...raised, kind: 'clear', severity: undefined, text: `${text} in range again` };
}

/** The value of an object names the condition; one we do not know is kept apart by its value. */
function conditionVerdict(
  trap: Trap,
  { column, of, other }: Conditions,
  facts: readonly Fact[],
): Verdict {
  const value = find(facts, column)?.text ?? '';
  const known = of.get(value);
  const { type, severity, text } = known ?? other;
  const { part, lease } = trap;
  const qualifier = known === undefined ? bounded(value) : '';
  const name = known === undefined ? `${text} ${value}`.trimEnd() : text;
  const plain = { type, part, lease, qualifier, said: column };
  if (trap.does === 'clear') {
    return { ...plain, kind: 'clear', severity: undefined, text: `${name}: over` };
  }
  const kind = trap.does === 'event' ? 'occurrence' : 'raise';
  return { ...plain, kind, severity: severityOf(trap.severity ?? severity, facts), text: name };
}

/** Ends what another notification raised. One we do not know raised nothing that can be ended. */
function anotherVerdict(trap: Trap, { named }: Another, facts: readonly Fact[]): Verdict {
  const oid = find(facts, named)?.text ?? '';
  const other = trapOf(oid);
  const known = typeof other?.type === 'string' ? other.type : undefined;
  return {
    kind: 'clear',
    type: known ?? bounded(`snmp.trap.${oid}`),
    part: trap.part,
    qualifier: '',
    severity: undefined,
    lease: undefined,
    text: `${known === undefined ? `Trap ${bounded(oid)}` : (other?.text ?? '')}: over`,
    said: named,
  };
}
