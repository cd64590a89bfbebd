import type {
  ConfigField,
  ConfigForms,
  ConfigPath,
  FormPlace,
  Put,
  Typed,
} from '../desk/config-form.ts';
import { withEscalation } from './escalation-kind.ts';
import { type Choices, changeOf, formFields } from './form-fields.ts';
import { outlineOf } from './outline.ts';
import { inOrder } from './receivers.ts';
import type { ChannelKind } from './schema.ts';
import { configSchema, DEFS } from './schema.ts';
import { SECTIONS } from './sections.ts';
import type { Shape } from './shape.ts';
import { valueAt } from './tree-edit.ts';
import { dataOf, editYaml, keyAt, type YamlEdit } from './yaml-edit.ts';
import type { FileFault } from './yaml-file.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What is wrong with a text, were it saved by somebody at a form; line 0 where none is named. */
export type FaultsOf = (text: string) => readonly FileFault[];

/** Forms over the one schema of the file: a channel or a field that is new there has its own. */
export function openForms(channels: readonly ChannelKind[], faultsOf: FaultsOf): ConfigForms {
  const kinds = inOrder(withEscalation(channels));
  const sections = Object.fromEntries(SECTIONS.map(({ name, schema }) => [name, schema]));
  const schema = configSchema(kinds, sections) as unknown as Shape;
  const parts = { schema, faultsOf };
  return {
    kinds: () => kinds.map(({ name, summary }) => ({ name, summary })),
    outline: (text) =>
      outlineOf(
        dataOf(text),
        kinds.map(({ name }) => name),
      ),
    fields: (text, place) => fieldsAt(parts, text, place),
    put: (text, place, typed) => put(parts, text, place, typed),
    remove: (text, path) => edited(parts, text, path, [{ is: 'remove', path }]),
    swap: (text, path, at) => edited(parts, text, path, [{ is: 'swap', path, at }]),
  };
}

interface Parts {
  readonly schema: Shape;
  readonly faultsOf: FaultsOf;
}

/** The shape of what stands at a place; undefined when the schema knows no such place. */
function shapeAt(schema: Shape, path: ConfigPath): Shape | undefined {
  let at: Shape | undefined = schema;
  for (const part of path) {
    const inner: Shape | undefined =
      typeof part === 'number' ? at?.items : at?.properties?.[String(part)];
    const name: string | undefined = inner?.$ref;
    at = name === undefined ? inner : (DEFS as unknown as Readonly<Record<string, Shape>>)[name];
  }
  return at?.properties ? at : undefined;
}

function fieldsAt(
  { schema }: Parts,
  text: string,
  { path, isNew }: FormPlace,
): readonly ConfigField[] | undefined {
  const shape = shapeAt(schema, path);
  const data = dataOf(text);
  const said = isNew ? {} : valueAt(data, path);
  if (!shape || !isFields(said)) return undefined;
  return formFields(shape, said, choicesIn(data));
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What may be named in other places of the file. */
function choicesIn(data: unknown): Choices {
  const names = (section: string): readonly string[] => {
    const list = valueAt(data, [section]);
    return Array.isArray(list)
      ? list.flatMap((one: unknown) => (isFields(one) ? [String(one['name'])] : []))
      : [];
  };
  const intervals = [...names('time_intervals'), ...names('mute_time_intervals')];
  return {
    receiver: names('receivers'),
    policy: names('escalation_policies'),
    mute_time_intervals: intervals,
    active_time_intervals: intervals,
  };
}

function put(parts: Parts, text: string, place: FormPlace, typed: Typed): Put {
  const fields = fieldsAt(parts, text, place);
  if (!fields) return failed('', 'This place is not there any more: begin again from the list.');
  const held = place.isNew ? {} : valueAt(dataOf(text), place.path);
  const changes = fields.map((field) => {
    const said = isFields(held) ? held[field.name] : undefined;
    return { field: field.name, change: changeOf(field, typed, said) };
  });
  const errors = changes.flatMap(({ field, change }) =>
    change.is === 'wrong' ? [{ field, why: change.why }] : [],
  );
  if (errors.length > 0) return { ok: false, errors };
  if (place.isNew) return edited(parts, text, place.path, insertion(place.path, changes));
  const edits = replacements(parts, place, changes);
  return edited(parts, text, place.path, [...edits, ...followers(text, place.path, changes)]);
}

type Changes = readonly { readonly field: string; readonly change: ReturnType<typeof changeOf> }[];

function insertion(path: ConfigPath, changes: Changes): readonly YamlEdit[] {
  const value = Object.fromEntries(
    changes.flatMap(({ field, change }) => (change.is === 'set' ? [[field, change.value]] : [])),
  );
  const at = path.at(-1);
  return [{ is: 'insert', path: path.slice(0, -1), at: Number(at), value }];
}

function replacements({ schema }: Parts, { path }: FormPlace, changes: Changes): YamlEdit[] {
  const order = Object.keys(shapeAt(schema, path)?.properties ?? {});
  // What goes is taken out last, so that a mapping never stands empty in between.
  const sets = changes.flatMap(({ field, change }): YamlEdit[] =>
    change.is === 'set' ? [{ is: 'set', path: [...path, field], value: change.value, order }] : [],
  );
  const goes = changes.flatMap(({ field, change }): YamlEdit[] =>
    change.is === 'gone' ? [{ is: 'remove', path: [...path, field] }] : [],
  );
  return [...sets, ...goes];
}

/** Routes name a renamed receiver by its new name. */
function followers(text: string, path: ConfigPath, changes: Changes): readonly YamlEdit[] {
  const [section, , ...rest] = path;
  const named = changes.find(({ field }) => field === 'name')?.change;
  if (section !== 'receivers' || rest.length > 0 || named?.is !== 'set') return [];
  const data = dataOf(text);
  const was = valueAt(data, [...path, 'name']);
  return routesNaming(valueAt(data, ['route']), ['route'], was).map((route) => ({
    ...{ is: 'set', path: [...route, 'receiver'], value: named.value, order: [] },
  }));
}

function routesNaming(route: unknown, path: ConfigPath, was: unknown): readonly ConfigPath[] {
  if (!isFields(route)) return [];
  const routes: readonly unknown[] = Array.isArray(route['routes']) ? route['routes'] : [];
  const below = routes.flatMap((one, i) => routesNaming(one, [...path, 'routes', i], was));
  return route['receiver'] === was ? [path, ...below] : below;
}

/** The text after the edits, unless something is wrong with it that was right before. */
function edited(
  { schema, faultsOf }: Parts,
  text: string,
  path: ConfigPath,
  edits: readonly YamlEdit[],
): Put {
  const next = editYaml(text, edits);
  if ('why' in next) return failed('', sentence(next.why));
  const now = faultsOf(next.text);
  const before = new Set(now.length === 0 ? [] : faultsOf(text).map(({ why }) => why));
  const faults = now.filter(({ why }) => !before.has(why));
  if (faults.length === 0) return { ok: true, text: next.text };
  const known = shapeAt(schema, path)?.properties ?? {};
  return { ok: false, errors: faults.map((fault) => errorOf(fault, known, next.text, path)) };
}

/** A fault names its field, or stands on its lines, or belongs to no field alone. */
function errorOf(
  { line, why }: FileFault,
  known: Readonly<Record<string, Shape>>,
  text: string,
  path: ConfigPath,
): { readonly field: string; readonly why: string } {
  const [, named = '', rest = ''] = /^(\w+)(?:\.[\w.]+)?: (.*)$/s.exec(why) ?? [];
  if (Object.hasOwn(known, named)) return { field: named, why: sentence(rest) };
  const [, needed = ''] = / needs a `(\w+)`$/.exec(why) ?? [];
  if (Object.hasOwn(known, needed)) return { field: needed, why: 'It must not be empty.' };
  const [, moved = ''] = /^[^:]*: (\w+)(?::| has changed)/.exec(why) ?? [];
  const field = line > 0 ? keyAt(text, path, line) : moved;
  return { field: field ?? '', why: sentence(why) };
}

const failed = (field: string, why: string): Put => ({ ok: false, errors: [{ field, why }] });

const sentence = (text: string): string =>
  `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/\.$/, '')}.`;
