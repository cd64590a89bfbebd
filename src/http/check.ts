import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Static, TSchema } from 'typebox';
import { parseInstant } from '../base/time.ts';
import { type FieldFault, fieldsRefused } from './problem.ts';

/** More faults than this help nobody. */
const FAULTS_MAX = 20;

const make = (coerce: boolean) =>
  new Ajv2020({
    allErrors: true,
    verbose: true,
    useDefaults: true,
    coerceTypes: coerce,
    strict: false,
  }).addFormat('date-time', {
    type: 'string',
    validate: (text: string) => parseInstant(text) !== undefined,
  });
const [bodies, queries] = [make(false), make(true)];
const compiled = new WeakMap<TSchema, ValidateFunction>();

function checker(schema: TSchema, ajv: Ajv2020): ValidateFunction {
  const found = compiled.get(schema) ?? ajv.compile(schema);
  compiled.set(schema, found);
  return found;
}

/** The value with its defaults filled in; throws FIELD_INVALID that names every field at fault. */
export function checkAgainst<S extends TSchema>(schema: S, value: unknown): Static<S> {
  const fits = checker(schema, bodies);
  if (!fits(value)) throw fieldsRefused(faultsOf(fits.errors ?? []));
  return value as Static<S>;
}

/** Query parameters by their schema: a list takes every value of its name, others the only one. */
export function readQuery<S extends TSchema>(schema: S, query: URLSearchParams): Static<S> {
  const properties = 'properties' in schema ? (schema.properties as Record<string, TSchema>) : {};
  const value: Record<string, unknown> = {};
  for (const name of new Set(query.keys())) {
    const given = query.getAll(name);
    const list = (properties[name] as { type?: string } | undefined)?.type === 'array';
    if (!list && given.length > 1)
      throw fieldsRefused([{ field: name, expected: 'one value, not several' }]);
    value[name] = list ? given : given[0];
  }
  const fits = checker(schema, queries);
  if (!fits(value)) throw fieldsRefused(faultsOf(fits.errors ?? []));
  return value as Static<S>;
}

function faultsOf(errors: readonly ErrorObject[]): FieldFault[] {
  const faults = new Map<string, string>();
  for (const error of errors) {
    const field = fieldOf(error);
    // A union complains once per member; its own sentence comes last and says it all.
    if (error.keyword === 'anyOf' || !faults.has(field)) faults.set(field, expected(error));
  }
  return [...faults].slice(0, FAULTS_MAX).map(([field, says]) => ({ field, expected: says }));
}

/** `/on/3/id` becomes `on[3].id`; a missing or unknown property is named itself. */
function fieldOf({ instancePath, params }: ErrorObject): string {
  const extra: unknown = params.missingProperty ?? params.additionalProperty;
  const parts = instancePath.split('/').slice(1);
  if (typeof extra === 'string') parts.push(extra);
  const path = parts
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? `[${part}]` : `.${part}`))
    .join('');
  return path.replace(/^\./, '') || 'body';
}

function expected({ keyword, params, message, parentSchema, schema }: ErrorObject): string {
  if (keyword === 'required') return 'must be there';
  if (keyword === 'additionalProperties') return 'is not known here';
  if (keyword === 'const') return `must be ${JSON.stringify(params.allowedValue)}`;
  if (keyword === 'format') return 'must be an RFC 3339 time such as 2026-03-01T02:00:00Z';
  if (keyword === 'anyOf') return unionExpected(schema ?? parentSchema);
  return message ?? 'is not what was expected';
}

const unionExpected = (schema: unknown): string => {
  const members = Array.isArray(schema) ? (schema as { const?: unknown }[]) : [];
  const words = members.map((member) => member.const).filter((word) => word !== undefined);
  return words.length > 0 ? `must be one of ${words.join(', ')}` : 'fits none of its shapes';
};
