import { stringify } from 'yaml';
import type { ConfigField, FieldKind, Typed } from '../desk/config-form.ts';
import { HIDDEN } from './secret.ts';
import { choicesOf, type Shape } from './shape.ts';
import { dataOf } from './yaml-edit.ts';

/** Simple fields that are asked for at once although nothing is said in them. */
const MAIN_FIELDS_MAX = 5;

type Fields = Readonly<Record<string, unknown>>;

/** Names that a field may choose from, by its key. */
export type Choices = Readonly<Record<string, readonly string[]>>;

/** The fields of a mapping of this shape, with what is said in it now. */
export function formFields(shape: Shape, said: Fields, choices: Choices): readonly ConfigField[] {
  let main = 0;
  return Object.entries(shape.properties ?? {}).flatMap(([name, field]) => {
    const value = said[name];
    const isSet = value !== undefined && value !== null;
    const is = kindOf(name, field, value, choices);
    if (!isAsked(name, field, isSet)) return [];
    const isNeeded = shape.required?.includes(name) === true && field.default === undefined;
    const isSimple = is !== 'yaml' && is !== 'fixed' && !isBodyText(field);
    const isMain = isSet || isNeeded || (isSimple && main < MAIN_FIELDS_MAX);
    if (isMain && isSimple) main++;
    return [
      {
        ...{ name, is, isMain, isSet, label: labelOf(name), hint: hintOf(field, is) },
        choices: choices[name] ?? choicesOf(field).map(String),
        standIn: standInOf(field),
        value: isSet ? textOf(is, field, value) : '',
      },
    ];
  });
}

/** Old spellings, lists with forms of their own, and files are not asked for. */
function isAsked(name: string, field: Shape & { deprecated?: boolean }, isSet: boolean): boolean {
  if (name.endsWith('_configs') || field.items?.$ref !== undefined) return false;
  return isSet || (!isFile(name) && field.deprecated !== true);
}

const isFile = (name: string): boolean => name.endsWith('_file');

/** `{{ template "slack.default.text" . }}`: what a message says is seldom changed. */
const isBodyText = ({ template, default: value }: Shape): boolean =>
  template !== undefined && typeof value === 'string' && value.includes('{{');

function kindOf(name: string, field: Shape, value: unknown, choices: Choices): FieldKind {
  if (isFile(name)) return 'fixed';
  if (typeof value === 'object' && value !== null && !isTextList(value)) return 'yaml';
  const isNamed = choices[name] !== undefined;
  if (field.type === 'array') return isNamed ? 'picks' : listKind(name, field);
  if (isNamed || choicesOf(field).length > 0) return 'choice';
  if (field.secret === true) return 'secret';
  if (field.type === 'boolean') return 'flag';
  if (field.type === 'integer' || field.type === 'number') return 'number';
  return field.type === 'string' ? 'text' : 'yaml';
}

const listKind = (name: string, { items }: Shape): FieldKind =>
  items?.type !== 'string' ? 'yaml' : /(^|_)matchers$/.test(name) ? 'matchers' : 'list';

const isTextList = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.every((item) => typeof item !== 'object' && !String(item).includes('\n'));

const SHORT_WORDS = /\b(api|arn|html|http|id|ids|ip|json|oid|sns|tls|ttl|udp|url|urls)\b/g;

/** `group_wait` → `Group wait`, `api_url` → `API URL` */
const labelOf = (name: string): string => {
  const words = name.replaceAll('_', ' ').replace(SHORT_WORDS, (word) => word.toUpperCase());
  return words.charAt(0).toUpperCase() + words.slice(1);
};

const LIST_HINT: Partial<Record<FieldKind, string>> = {
  list: 'One a line.',
  matchers: 'One a line.',
  yaml: 'As YAML.',
};

function hintOf(field: Shape, is: FieldKind): string {
  const duration = field.format === 'duration' ? ' A length such as 30s, 5m or 4h.' : '';
  const from = field.global === undefined ? '' : ` Else ${field.global} of global.`;
  return `${field.description ?? ''}${duration}${from} ${LIST_HINT[is] ?? ''}`.trim();
}

const standInOf = ({ default: value }: Shape): string =>
  value === undefined || value === null || value === '' || typeof value === 'object'
    ? ''
    : String(value);

function textOf(is: FieldKind, field: Shape, value: unknown): string {
  if (is === 'secret') return '';
  if (is === 'yaml') return stringify(hidden(field, value), { lineWidth: 0 });
  return Array.isArray(value) ? value.map(String).join('\n') : String(value);
}

/** The same value with `<secret>` for every secret in it. */
function hidden(shape: Shape, value: unknown): unknown {
  if (typeof value === 'string')
    return [shape, ...(shape.anyOf ?? [])].some(({ secret }) => secret) ? HIDDEN : value;
  if (Array.isArray(value)) return value.map((item) => hidden(shape.items ?? {}, item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, hidden(inside(shape, key), inner)]),
  );
}

const inside = (shape: Shape, key: string): Shape =>
  shape.properties?.[key] ??
  shape.anyOf?.find(({ properties }) => properties?.[key])?.properties?.[key] ??
  Object.values(shape.patternProperties ?? {})[0] ??
  {};

/** `<secret>` that was left where it stood means what stands there. */
function kept(typed: unknown, held: unknown): unknown {
  if (typed === HIDDEN) return typeof held === 'string' ? held : HIDDEN;
  if (Array.isArray(typed))
    return typed.map((item, i) => kept(item, Array.isArray(held) ? held[i] : undefined));
  if (typeof typed !== 'object' || typed === null) return typed;
  const before = (typeof held === 'object' && held !== null ? held : {}) as Fields;
  return Object.fromEntries(
    Object.entries(typed).map(([key, inner]) => [
      key,
      kept(inner, Object.hasOwn(before, key) ? before[key] : undefined),
    ]),
  );
}

/** What a form says of one field: nothing new, another value, none any more, or a fault. */
export type Change =
  | { readonly is: 'same' }
  | { readonly is: 'set'; readonly value: unknown }
  | { readonly is: 'gone' }
  | { readonly is: 'wrong'; readonly why: string };

/** Box beside a secret: takes it out. */
export const clearOf = (name: string): string => `${name}.clear`;

const SAME = { is: 'same' } as const;

/** A field that the form did not show says nothing. */
export function changeOf(field: ConfigField, typed: Typed, held: unknown): Change {
  const said = typed[field.name];
  if (field.is === 'fixed' || said === undefined) return SAME;
  const text = said.replaceAll('\r\n', '\n');
  if (field.is === 'flag') return flagChange(field, text);
  if (field.is === 'secret') {
    if (text !== '') return { is: 'set', value: text };
    return field.isSet && typed[clearOf(field.name)] === 'yes' ? { is: 'gone' } : SAME;
  }
  if (text.trim() === field.value.trim()) return SAME;
  if (text.trim() === '') return field.isSet ? { is: 'gone' } : SAME;
  switch (field.is) {
    case 'number':
      return /^-?\d+(\.\d+)?$/.test(text.trim())
        ? { is: 'set', value: Number(text) }
        : { is: 'wrong', why: `Write a number; "${text.trim()}" is none.` };
    case 'list':
    case 'matchers':
    case 'picks':
      return { is: 'set', value: linesIn(text) };
    case 'yaml': {
      const value = dataOf(text);
      return value === undefined
        ? { is: 'wrong', why: `${field.label}: this is not YAML.` }
        : { is: 'set', value: kept(value, held) };
    }
    default:
      return { is: 'set', value: text.includes('\n') ? text : text.trim() };
  }
}

const linesIn = (text: string): readonly string[] =>
  text.split('\n').flatMap((line) => line.trim() || []);

/** A box that shows what holds anyway is not written down. */
function flagChange({ isSet, value, standIn }: ConfigField, text: string): Change {
  const wanted = text.includes('true') ? 'true' : 'false';
  const holds = isSet ? value : standIn === '' ? 'false' : standIn;
  return wanted === holds ? SAME : { is: 'set', value: wanted === 'true' };
}
