import { resolve } from 'node:path';
import { Type } from 'typebox';
import { CHECK_LIMITS } from '../../domain/check/test.ts';
import { type HttpConfig, HttpConfigSchema, httpConfigFaults } from '../../net/http-config.ts';
import type { SecretRef } from '../../ports/secrets.ts';
import { opened, Secret } from '../secret.ts';
import { maybeText, nameFaults } from './fields.ts';
import type { Section, SectionReading } from './section.ts';

const opt = Type.Optional;

const source = Type.Object(
  {
    csv: maybeText('A CSV file whose first line names the columns.'),
    delimiter: opt(
      Type.String({
        minLength: 1,
        maxLength: 1,
        default: ',',
        description: 'What stands between cells.',
      }),
    ),
    sqlite: maybeText('A SQLite file; opened for reading only.'),
    postgres: opt(
      Type.String({
        maxLength: 4_096,
        secret: true,
        description:
          'A PostgreSQL database: postgres://user:password@host:5432/name?sslmode=require.',
      }),
    ),
    postgres_file: maybeText('File with that address; read at each run.'),
    http: opt(
      Type.String({ format: 'url', secret: true, description: 'Address of a JSON document.' }),
    ),
    http_config: opt(
      Type.Object(HttpConfigSchema.properties, {
        additionalProperties: false,
        description: 'How HTTP is spoken: TLS, sign-in, proxy, redirects.',
      }),
    ),
    rows: maybeText('Names on the way to the list of rows, dots between: data.items.'),
    prometheus: opt(
      Type.String({
        format: 'url',
        secret: true,
        description: 'A server that speaks Prometheus’ HTTP API: for slos, no table.',
      }),
    ),
    otlp: maybeText(
      'A file of OTLP/JSON lines, as a collector writes it: for heat maps, no table.',
    ),
    xlsx: maybeText('An XLSX workbook; the first row of the sheet names the columns.'),
    sheet: maybeText('Name of the sheet; default: the first.'),
    query: maybeText('What is read out of the database.', { maxLength: 65_536 }),
  },
  {
    additionalProperties: false,
    title: 'a data source',
    description: 'Where the rows of a table come from, or a server of metrics.',
  },
);

export interface SourceSettings {
  readonly csv?: string;
  readonly delimiter?: string;
  readonly sqlite?: string;
  readonly query?: string;
  readonly postgres?: string | Secret | SecretRef;
  readonly postgres_file?: string;
  readonly http?: string | Secret | SecretRef;
  readonly prometheus?: string | Secret | SecretRef;
  readonly otlp?: string;
  readonly http_config?: Readonly<Record<string, unknown>>;
  readonly rows?: string;
  readonly xlsx?: string;
  readonly sheet?: string;
}

/** Names of files among the settings. */
const FILES = ['csv', 'sqlite', 'xlsx', 'postgres_file', 'otlp'] as const;

const KINDS = [
  'csv',
  'sqlite',
  'postgres',
  'postgres_file',
  'http',
  'xlsx',
  'prometheus',
  'otlp',
] as const;
type Kind = (typeof KINDS)[number];

/** Fields that belong to some kinds only. */
const FIELDS: Readonly<Record<string, readonly Kind[]>> = {
  delimiter: ['csv'],
  query: ['sqlite', 'postgres', 'postgres_file'],
  http_config: ['http', 'prometheus'],
  rows: ['http'],
  sheet: ['xlsx'],
};

export const dataSources: Section = {
  name: 'data_sources',
  schema: Type.Record(Type.String(), source, {
    maxProperties: CHECK_LIMITS.sources_max,
    description: 'Tables that checks, figures and data sets read, servers that slos ask, by name.',
    ours: true,
  }),
  faults: ({ reader, value }) => {
    nameFaults(reader, value as object);
    for (const one of Object.values(value as Record<string, SourceSettings>))
      sourceFaults(reader, one);
  },
  finish: (value, folder) =>
    Object.fromEntries(
      Object.entries(value as Record<string, SourceSettings>).map(([name, one]) => {
        const out: Record<string, unknown> = { ...one };
        for (const key of FILES) {
          const path = one[key];
          if (path !== undefined) out[key] = resolve(folder, path);
        }
        if (one.http_config) out.http_config = filesTold(one.http_config, folder);
        return [name, out];
      }),
    ),
};

type All = Readonly<Record<string, unknown>>;

/** Why a source is no table; '' when it is one. */
export function tableFault(all: All, name: string): string {
  const found = sourceIn(all, name);
  if (!found) return `there is no data source "${name}"`;
  if (found.otlp !== undefined) return `"${name}" is a file of metrics, no table`;
  return found.prometheus === undefined ? '' : `"${name}" is a server of metrics, no table`;
}

/** Why a source is no server, or no file, of metrics; '' when it is one. */
export function metricsFault(all: All, name: string, kind: 'prometheus' | 'otlp'): string {
  const found = sourceIn(all, name);
  if (!found) return `there is no data source "${name}"`;
  return found[kind] === undefined ? `"${name}" is something else: it needs \`${kind}\`` : '';
}

const sourceIn = (all: All, name: string): SourceSettings | undefined => {
  const sources = (all.data_sources ?? {}) as Readonly<Record<string, SourceSettings>>;
  return Object.hasOwn(sources, name) ? sources[name] : undefined;
};

/** Paths in it are told from the folder of the file, as those of receivers are. */
function filesTold(tree: unknown, folder: string): unknown {
  if (typeof tree !== 'object' || tree === null || tree instanceof Secret || Array.isArray(tree))
    return tree;
  return Object.fromEntries(
    Object.entries(tree).map(([key, value]) =>
      key.endsWith('_file') && typeof value === 'string' && value !== ''
        ? [key, resolve(folder, value)]
        : [key, filesTold(value, folder)],
    ),
  );
}

function sourceFaults(reader: SectionReading['reader'], one: SourceSettings): void {
  if (reader.isFaulty(one)) return;
  const given = KINDS.filter((kind) => one[kind] !== undefined);
  const names = KINDS.join(', ');
  if (given.length !== 1) reader.say(one, [], `a data source has one of ${names}`);
  const [kind] = given;
  if (kind === undefined) return;
  if (FIELDS.query?.includes(kind) && one.query === undefined)
    reader.say(one, [], `${kind} needs a \`query\``);
  for (const [field, kinds] of Object.entries(FIELDS)) {
    if (reader.wrote(one, field) && !kinds.includes(kind))
      reader.say(one, [field], `${kind} has no \`${field}\``);
  }
  const http = opened(one.http_config) as HttpConfig | undefined;
  for (const [field, why] of http === undefined ? [] : httpConfigFaults(http))
    reader.say(one, field.split('.'), `${field}: ${why}`);
}
