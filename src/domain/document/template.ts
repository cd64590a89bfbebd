import type { Matcher } from '../alarm/matcher.ts';

/** Maxima of one template; beyond them it is refused with a fault. */
export const TEMPLATE_MAXIMA = {
  text_chars_max: 65_536,
  name_chars_max: 100,
  title_chars_max: 200,
  description_chars_max: 500,
  variables_max: 60,
  columns_max: 12,
  choices_max: 100,
  default_chars_max: 4_096,
  /** Lists of matchers; it is for an incident of which one alarm matches one of them. */
  matchers_max: 20,
} as const;

export type DocumentKind = 'review' | 'hand-over' | 'other';

export const DOCUMENT_KINDS: readonly DocumentKind[] = ['review', 'hand-over', 'other'];

export type VariableType =
  | 'text'
  | 'number'
  | 'time'
  | 'duration'
  | 'person'
  | 'people'
  | 'choice'
  | 'list'
  | 'table';

export const VARIABLE_TYPES: readonly VariableType[] = [
  'text',
  'number',
  'time',
  'duration',
  'person',
  'people',
  'choice',
  'list',
  'table',
];

/** A person fills it in. */
export const ASK = 'ask';

/** One typed variable of a template. */
export interface Variable {
  readonly name: string;
  readonly type: VariableType;
  /** A path into the facts, or `ask`. */
  readonly from: string;
  readonly required: boolean;
  /** Taken when there is nothing else; '' for none. Written as a person would write it. */
  readonly preset: string;
  readonly description: string;
  readonly choices: readonly string[];
  /** Of a table that a person fills in. */
  readonly columns: readonly string[];
}

/** yes: it happens; no: nothing does; copy: a copy is begun with what people had filled in. */
export type AttachHow = 'yes' | 'no' | 'copy';

export interface Attach {
  /** Made when an incident is opened that it is for. */
  readonly onOpen: 'yes' | 'no';
  readonly onReopen: AttachHow;
  readonly onMerge: AttachHow;
}

export const NOT_ATTACHED: Attach = { onOpen: 'no', onReopen: 'no', onMerge: 'no' };

export interface DocumentTemplate {
  readonly name: string;
  readonly title: string;
  readonly kind: DocumentKind;
  /** About one incident, or about the desk and a shift. */
  readonly scope: Scope;
  /** Of incidents: those of which an alarm matches one of these lists; none: every one. */
  readonly matchers: readonly (readonly Matcher[])[];
  readonly variables: readonly Variable[];
  readonly attach: Attach;
  /** Markdown in the template language. */
  readonly body: string;
}

export interface TemplateFault {
  readonly line: number;
  readonly why: string;
}

/** One file of the folder, or one of ours: a template, or what is wrong with it. */
export type TemplateFile =
  | { readonly file: string; readonly template: DocumentTemplate }
  | { readonly file: string; readonly faults: readonly TemplateFault[] };

export type Scope = 'incident' | 'shift';

/** What a path into the facts gives, and what to do when there is nothing yet. */
export interface FactSays {
  readonly type: VariableType;
  readonly scopes: readonly Scope[];
  /** Where a person fills it in. */
  readonly where: string;
}

const ON_PAGE = 'on the page of the incident';
const both = ['incident', 'shift'] as const;
const incident = (type: VariableType, where = ON_PAGE): FactSays => ({
  type,
  scopes: ['incident'],
  where,
});
const shift = (type: VariableType, where: string): FactSays => ({ type, scopes: ['shift'], where });

/** Every path that `from:` may name. */
export const FACTS: Readonly<Record<string, FactSays>> = {
  'incident.id': incident('text'),
  'incident.title': incident('text'),
  'incident.state': incident('text'),
  'incident.severity': incident('text'),
  'incident.opened': incident('time'),
  'incident.opened_by': incident('person'),
  'incident.closed': incident('time', 'close the incident'),
  'incident.duration': incident('duration', 'close the incident'),
  'incident.lead': incident('person', 'give the incident a lead, on its page'),
  'incident.summary': incident('text', 'close the incident with a summary'),
  'incident.resources': incident('list'),
  'incident.people': incident('people', 'write notes on the page of the incident'),
  'incident.timeline': incident('table'),
  alarms: { type: 'table', scopes: both, where: 'put alarms into the incident, on its page' },
  decisions: { type: 'table', scopes: both, where: 'record a decision on the page of an alarm' },
  actions: { type: 'table', scopes: both, where: 'add actions, under More, Actions' },
  runs: { type: 'table', scopes: both, where: 'start a runbook, under More, Runs' },
  pages: { type: 'table', scopes: both, where: 'pages come from escalation policies' },
  'shift.from': shift('time', 'say from when it is'),
  'shift.to': shift('time', 'it is the time of asking'),
  incidents: shift('table', 'open an incident from the list of alarms'),
  hidden: shift('table', 'shelve or silence'),
  on_call: shift('table', 'name schedules in the configuration'),
};

/** Columns of the tables among them. */
export const FACT_COLUMNS: Readonly<Record<string, readonly string[]>> = {
  'incident.timeline': ['at', 'who', 'what', 'resource', 'text'],
  alarms: ['resource', 'type', 'severity', 'raised', 'cleared', 'holder', 'text'],
  decisions: ['at', 'who', 'resource', 'decision', 'reason', 'outcome'],
  actions: ['action', 'owner', 'due', 'step', 'state'],
  runs: ['at', 'who', 'runbook', 'why', 'state'],
  pages: ['at', 'about', 'person', 'why', 'answered_by', 'answered'],
  incidents: ['incident', 'title', 'severity', 'lead', 'opened'],
  hidden: ['what', 'how', 'who', 'until', 'reason'],
  on_call: ['schedule', 'now', 'until', 'next'],
};

/** Whether what the facts give can stand where the variable's type is expected. */
export const fitsFact = (fact: FactSays, type: VariableType): boolean =>
  fact.type === type || (type === 'choice' && fact.type === 'text');
