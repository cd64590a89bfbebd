import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { templatesIn } from '../config/document-folder.ts';
import { valuesFrom } from '../desk/documents.ts';
import type { Facts } from '../desk/views/document-facts.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import {
  ASK,
  type DocumentTemplate,
  NOT_ATTACHED,
  type TemplateFile,
  type Variable,
} from '../domain/document/template.ts';
import { documentMarkdown } from '../template/document.ts';
import { TemplateError } from '../template/fault.ts';
import { listOf } from './answers.ts';
import { type Client, connect } from './client.ts';
import type { Command, Given, World } from './command.ts';
import { DESK_OPTIONS } from './find-desk.ts';
import { unifiedDiff } from './line-diff.ts';
import { usage } from './parse.ts';
import { printable } from './terminal.ts';

/** The file of last time, where none is named. */
const LAST = 'documents-tried.json';

/** Incidents as they were, and what each template made of them. */
interface Kept {
  readonly recorded: readonly Recorded[];
  /** Markdown, or what is lacking, by `template/about`. */
  readonly texts: Readonly<Record<string, string>>;
}

interface Recorded {
  readonly about: string;
  readonly facts: Facts;
  readonly names: Readonly<Record<string, string>>;
}

export const tryDocuments: Command = {
  name: 'try',
  summary: 'Renders every template against recorded incidents and shows what became different.',
  about:
    'The incidents, and what was rendered of them last time, are kept in one file. What a person ' +
    'would fill in is filled in by its name. Ends with 1 when something differs, is new or is ' +
    'gone, unless it is accepted.',
  args: [],
  options: [
    {
      name: 'against',
      type: 'text',
      value: 'FILE',
      default: 'last',
      help: `Incidents and renderings of last time. last: ${LAST} in this folder.`,
    },
    { name: 'accept', type: 'flag', help: 'Keeps what is rendered now for the next time.' },
    { name: 'fresh', type: 'flag', help: 'Records the newest incidents of the desk anew.' },
    {
      name: 'folder',
      type: 'text',
      value: 'FOLDER',
      help: 'Templates of this folder and ours, instead of those of the desk.',
    },
    ...DESK_OPTIONS,
  ],
  examples: [
    { line: 'tocsin documents try --accept', does: 'From now on this is right.' },
    {
      line: 'tocsin documents try --folder documents --against tried.json',
      does: 'Before a template is put in place: needs no desk.',
    },
  ],
  run: tried,
};

async function tried(given: Given, world: World): Promise<number> {
  const named = given.text('against');
  const path = resolve(world.cwd, named === 'last' ? LAST : named);
  const kept = keptIn(path, named);
  let client: Client | undefined;
  const desk = async (): Promise<Client> => {
    client ??= await connect(given, world);
    return client;
  };
  const isRecorded = kept.recorded.length > 0 && !given.flag('fresh');
  const recorded = isRecorded ? kept.recorded : await recordedBy(await desk());
  const folder = given.text('folder');
  const files =
    folder === '' ? await templatesOf(await desk()) : await templatesOfFolder(world, folder);
  const texts = new Map<string, string>();
  let faults = 0;
  for (const one of files) {
    if ('template' in one)
      for (const [name, text] of rendered(one.template, recorded)) texts.set(name, text);
    else
      for (const { line, why } of one.faults) faults += said(world, `${one.file}:${line}: ${why}`);
  }
  const differ = compared(world, kept.texts, texts);
  if (given.flag('accept')) {
    const next: Kept = { recorded, texts: Object.fromEntries([...texts].sort()) };
    writeFileSync(path, `${JSON.stringify(next, null, 1)}\n`);
    said(world, `Kept ${texts.size} renderings of ${recorded.length} recorded: ${named}`);
    return faults === 0 ? 0 : 1;
  }
  said(world, `${texts.size} rendered, ${differ} different, ${faults} faults.`);
  return differ + faults === 0 ? 0 : 1;
}

const said = (world: World, line: string): number => {
  world.stdout.write(`${printable(line)}\n`);
  return 1;
};

function keptIn(path: string, named: string): Kept {
  if (!existsSync(path)) return { recorded: [], texts: {} };
  try {
    const { recorded, texts } = JSON.parse(readFileSync(path, 'utf8')) as Partial<Kept>;
    if (!Array.isArray(recorded) || typeof texts !== 'object') throw new Error('not such a file');
    return { recorded, texts };
  } catch (error) {
    throw usage(`--against ${named}: ${error instanceof Error ? error.message : ''}`);
  }
}

const recordedBy = async (client: Client): Promise<readonly Recorded[]> =>
  listOf<Recorded>(client, await client.get('/api/v1/document-facts'), 'items');

type TemplateAnswer = Omit<DocumentTemplate, 'variables' | 'matchers'> & {
  readonly file: string;
  readonly variables: readonly (Omit<Variable, 'preset'> & { readonly default: string })[];
  readonly faults: readonly { readonly line: number; readonly why: string }[];
};

async function templatesOf(client: Client): Promise<readonly TemplateFile[]> {
  const answer = await client.get('/api/v1/document-templates');
  return listOf<TemplateAnswer>(client, answer, 'items').map((one): TemplateFile => {
    const { file, faults, name, title, kind, scope, body } = one;
    if (faults.length > 0) return { file, faults };
    const variables = one.variables.map(({ default: preset, ...rest }) => ({ ...rest, preset }));
    const whole = { name, title, kind, scope, body, variables };
    return { file, template: { ...whole, matchers: [], attach: NOT_ATTACHED } };
  });
}

async function templatesOfFolder(world: World, folder: string): Promise<readonly TemplateFile[]> {
  const at = resolve(world.cwd, folder);
  const files = await templatesIn(at);
  const unread = files.find(({ file }) => file === at);
  if (unread && 'faults' in unread) throw usage(`--folder ${folder}: ${unread.faults[0]?.why}`);
  return files;
}

/** A template over all that is recorded for it, by `template/about`. */
function* rendered(
  template: DocumentTemplate,
  recorded: readonly Recorded[],
): Generator<readonly [name: string, text: string]> {
  const asks = template.variables.filter(({ from }) => from === ASK);
  const given = Object.fromEntries(asks.map((one) => [one.name, filledIn(one)]));
  for (const { about, facts, names } of recorded) {
    if ((about === 'shift') !== (template.scope === 'shift')) continue;
    const { values, lacks } = valuesFrom(template, facts, given, (text) => text as UserId);
    const missing = lacks.map(({ name, expected }) => `lacks ${name}: ${expected}`);
    const text = missing.length > 0 ? missing.join('\n') : markdownOf(template, values, names);
    yield [`${template.name}/${about}`, text];
  }
}

function markdownOf(
  { body }: DocumentTemplate,
  values: ReturnType<typeof valuesFrom>['values'],
  names: Readonly<Record<string, string>>,
): string {
  try {
    return documentMarkdown(body, values, (id) => names[id] ?? id, 0 as never);
  } catch (error) {
    if (error instanceof TemplateError) return `fault: ${error.message}`;
    throw error;
  }
}

/** What a person would write, so that one sees where it stands. */
function filledIn({ name, type, choices, columns }: Variable): string {
  switch (type) {
    case 'number':
      return '1';
    case 'time':
      return '2026-01-01 00:00';
    case 'duration':
      return '1h';
    case 'choice':
      return choices[0] ?? '';
    case 'table':
      return columns.join(' | ');
    case 'person':
    case 'people':
      return 'somebody';
    default:
      return `(${name})`;
  }
}

/** Shows what differs; tells how many do. */
function compared(
  world: World,
  was: Readonly<Record<string, string>>,
  is: ReadonlyMap<string, string>,
): number {
  let differ = 0;
  for (const [name, text] of is) {
    const before = Object.hasOwn(was, name) ? was[name] : undefined;
    if (before === undefined) differ += said(world, `${name}: missing from what is kept`);
    else {
      const diff = unifiedDiff(before, text, name);
      for (const line of diff) said(world, line);
      if (diff.length > 0) differ++;
    }
  }
  for (const name of Object.keys(was)) if (!is.has(name)) differ += said(world, `${name}: gone`);
  return differ;
}
