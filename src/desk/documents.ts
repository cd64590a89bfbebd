import { DeskError } from '../base/errors.ts';
import { refusalFailure } from '../base/refusal.ts';
import { after, days, hours, type Instant, type Millis } from '../base/time.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import { matchesAlarm } from '../domain/alarm/matcher.ts';
import {
  ASK,
  type DocumentTemplate,
  FACTS,
  type TemplateFile,
  type Variable,
} from '../domain/document/template.ts';
import {
  expectedOf,
  type FindPerson,
  fitsValues,
  isBlank,
  type Lack,
  readAsked,
  VALUE_LIMITS,
  type Value,
  type Values,
} from '../domain/document/value.ts';
import type { Incident } from '../domain/incident/incident.ts';
import type { Accounts } from './accounts.ts';
import type { Desk, Memory } from './desk.ts';
import type { DocumentJob } from './document-acts.ts';
import { alarmsIn, type Facts, incidentFacts, shiftFacts } from './views/document-facts.ts';
import type { LinesOf } from './views/incidents.ts';

/** A shift nobody said the begin of. */
const SHIFT_DEFAULT: Millis = hours(12);

/** The longest a hand-over looks back. */
const SHIFT_DAYS_MAX = 31;

/** What somebody asks for who wants a document. */
export interface DocumentAsked {
  readonly template: DocumentTemplate;
  /** Of a template that is for incidents. */
  readonly incident?: Incident;
  /** Of one that is for a shift: its begin. Default: 12 hours ago. */
  readonly since?: Instant;
  readonly asked: Readonly<Record<string, string>>;
}

/** The desk, and who is known to it. */
export interface ResolvingParts {
  readonly desk: Pick<Desk, 'memory' | 'store' | 'clock'>;
  readonly accounts: Pick<Accounts, 'find' | 'people'>;
  /** Timelines of alarms. Default: as far as the store has them, which may be a moment behind. */
  readonly linesOf?: LinesOf;
}

/** Every variable resolved; or all that is missing or wrong, and as much as is there. */
export interface Resolved {
  readonly values: Values;
  readonly lacks: readonly Lack[];
}

/** Resolves everything first: what is missing or wrong is all of it told at once. */
export async function resolveDocument(
  parts: ResolvingParts,
  asked: DocumentAsked,
): Promise<Resolved> {
  const { template, incident, asked: given } = asked;
  const facts = await factsOf(parts, asked);
  const { values, lacks } = valuesFrom(template, facts, given, personIn(parts.accounts));
  const about = aboutLacks(parts.desk.memory, template, incident);
  return { values, lacks: [...lacks, ...about] };
}

/** Every variable from facts and from what was filled in; whatever else is missing is not told. */
export function valuesFrom(
  template: DocumentTemplate,
  facts: Facts,
  given: Readonly<Record<string, string>>,
  find: FindPerson,
): Resolved {
  const lacks: Lack[] = [];
  const values: Record<string, Value> = {};
  for (const variable of template.variables) {
    const read = resolved(variable, facts, given, find);
    if ('is' in read) values[variable.name] = read;
    else {
      values[variable.name] = { is: 'nothing', type: variable.type };
      lacks.push(read);
    }
  }
  const asks = new Set(template.variables.filter(({ from }) => from === ASK).map((v) => v.name));
  for (const name of Object.keys(given))
    if (!asks.has(name))
      lacks.push({
        name,
        expected: 'nothing: the template asks for no such thing',
        where: 'leave it out',
      });
  if (!fitsValues(values)) {
    const expected = `at most ${VALUE_LIMITS.values_chars_max} characters in all values together`;
    lacks.push({
      name: 'values',
      expected,
      where: 'write less, or use a template with fewer tables',
    });
  }
  return { values, lacks };
}

function aboutLacks(
  memory: Pick<Memory, 'get'>,
  template: DocumentTemplate,
  incident: Incident | undefined,
): readonly Lack[] {
  if (template.scope !== 'incident') return [];
  if (!incident)
    return [{ name: 'incident', expected: 'the incident it is about', where: 'say which' }];
  return isFor(memory, template, incident)
    ? []
    : [{ name: 'incident', expected: 'one that this template is for', where: 'choose it' }];
}

/** The whole of a job, once nothing is missing. */
export function jobOf(asked: DocumentAsked, values: Values): DocumentJob {
  const { template, incident, since, asked: given } = asked;
  const { name, title, kind, body } = template;
  return {
    ...{ template: name, title, kind, asked: given, frozen: { body, values } },
    ...(incident === undefined ? {} : { incident: incident.id }),
    ...(since === undefined ? {} : { since }),
  };
}

async function factsOf({ desk, linesOf }: ResolvingParts, asked: DocumentAsked): Promise<Facts> {
  const { template, incident, since } = asked;
  if (template.scope === 'incident') return incident ? incidentFacts(desk, incident, linesOf) : {};
  return shiftFacts(desk, since ?? defaultSince(desk.clock.now()));
}

export const defaultSince = (now: Instant): Instant => after(now, -SHIFT_DEFAULT as Millis);

/** A template is for an incident when one of its alarms matches; with no matchers, for each. */
export const isFor = (
  memory: Pick<Memory, 'get'>,
  { scope, matchers }: DocumentTemplate,
  incident: Incident,
): boolean =>
  scope === 'incident' &&
  (matchers.length === 0 ||
    alarmsIn(memory, incident).some((alarm) => matchers.some((list) => matchesAlarm(list, alarm))));

function resolved(
  variable: Variable,
  facts: Facts,
  given: Readonly<Record<string, string>>,
  find: (text: string) => UserId | undefined,
): Value | Lack {
  const { name, from, type, required, preset, description, choices } = variable;
  const isAsked = from === ASK;
  const fact = isAsked ? undefined : facts[from];
  const said = isAsked ? (given[name] ?? '').trim() : '';
  const where = isAsked ? `fill in ${name}` : (FACTS[from]?.where ?? '');
  if (fact && !isBlank(fact)) {
    const isOther = type === 'choice' && fact.is === 'text' && !choices.includes(fact.text);
    return isOther ? { name, expected: expectedOf(variable), where } : fact;
  }
  const written = said === '' ? preset : said;
  if (written === '') {
    if (!required) return fact ?? { is: 'nothing', type };
    const what = description === '' ? '' : `: ${description}`;
    return { name, expected: `${expectedOf(variable)}${what}`, where };
  }
  const read = readAsked(variable, written, find);
  return typeof read === 'string' ? { name, expected: read, where } : read;
}

/** By login, or by id. */
const personIn =
  ({ find, people }: ResolvingParts['accounts']) =>
  (text: string): UserId | undefined => {
    const id = people.byLogin(text)?.id ?? (text as UserId);
    return find(id)?.id;
  };

/** What somebody asks for, as it comes from outside. */
export interface DocumentWanted {
  readonly template: string;
  readonly incident?: string;
  readonly since?: Instant;
  readonly asked: Readonly<Record<string, string>>;
  /** The one that waits for what is filled in here. */
  readonly waiting?: string;
}

interface AskingParts extends ResolvingParts {
  readonly desk: Pick<Desk, 'memory' | 'store' | 'clock' | 'act'>;
}

/**
 * Asks for a document. Nothing begins unless every variable is resolved: else all that is missing
 * comes back. Throws DeskError NOT_FOUND, ACTION_REFUSED for what the desk refuses.
 */
export async function askDocument(
  parts: AskingParts,
  files: readonly TemplateFile[],
  by: UserId,
  wanted: DocumentWanted,
  once?: string,
): Promise<{ readonly made: string } | { readonly lacks: readonly Lack[] }> {
  const asked = askedOf(parts.desk, templateNamed(files, wanted.template), wanted);
  if ('lacks' in asked) return asked;
  const { values, lacks } = await resolveDocument(parts, asked);
  if (lacks.length > 0) return { lacks };
  const { waiting } = wanted;
  const act = { verb: 'document.ask', job: jobOf(asked, values) } as const;
  const told = await parts.desk.act(by, waiting === undefined ? act : { ...act, waiting }, once);
  if (told.refused !== undefined) throw refusalFailure(told.refused);
  return { made: told.made ?? '' };
}

/** Throws DeskError NOT_FOUND. */
export function templateNamed(files: readonly TemplateFile[], name: string): DocumentTemplate {
  for (const one of files) if ('template' in one && one.template.name === name) return one.template;
  throw new DeskError('NOT_FOUND', { what: 'such template' });
}

/** With the incident itself, and with the begin of a shift: all of it frozen from now on. */
export function askedOf(
  { memory, clock }: Pick<Desk, 'memory' | 'clock'>,
  template: DocumentTemplate,
  { incident: id, since, asked }: Omit<DocumentWanted, 'template'>,
): DocumentAsked | { readonly lacks: readonly Lack[] } {
  const now = clock.now();
  if (template.scope === 'shift') {
    const first = after(now, -days(SHIFT_DAYS_MAX) as Millis);
    if (since === undefined || (since >= first && since <= now))
      return { template, since: since ?? defaultSince(now), asked };
    const expected = `a time in the last ${SHIFT_DAYS_MAX} days`;
    return { lacks: [{ name: 'since', expected, where: 'say from when it is' }] };
  }
  const incident = id === undefined ? undefined : memory.get('incidents', id);
  return incident ? { template, incident, asked } : { template, asked };
}
