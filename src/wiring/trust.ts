import type { Config } from '../config/read.ts';
import { renamesIn } from '../config/renames.ts';
import { refsIn } from '../config/secret.ts';
import type { ConfigDocument } from '../desk/entry.ts';

type Way = ConfigDocument['receivers'][number]['ways'][number];

/**
 * A configuration that did not come from the administrator's file. Ways that are not word for word
 * those of a trusted revision may not reach the desk's own net when they send.
 */
export function guarded(config: Config, known: ConfigDocument | undefined): Config {
  const trusted = new Set<string>();
  for (const { ways } of known?.receivers ?? []) {
    for (const way of ways) if (way.trust !== 'guarded') trusted.add(said(way));
  }
  const receivers = config.document.receivers.map((receiver) => ({
    ...receiver,
    ways: receiver.ways.map((way) =>
      trusted.has(said(way)) ? way : { ...way, trust: 'guarded' as const },
    ),
  }));
  return { ...config, document: { ...config.document, receivers } };
}

/**
 * What such a configuration may not ask for: files of this machine, which a message could carry
 * away, data sources, and a kept secret for another address than the one it was written for.
 */
export function notAllowed(config: Config, known: ConfigDocument | undefined): readonly string[] {
  const globs = new Set(known?.templates ?? []);
  const files = config.document.templates
    .filter((glob) => !globs.has(glob))
    .map((glob) => `templates: ${glob}: only the desk's own file may name files of this machine`);
  const before = new Map<string, Way>();
  for (const { name, ways } of known?.receivers ?? []) {
    for (const way of ways) before.set(place(name, way), way);
  }
  const renames = renamesIn(namesOf(known), namesOf(config.document));
  const ways = config.document.receivers.flatMap(({ name, ways: own }) =>
    own.flatMap((way) => {
      const was = before.get(place(renames.get(name) ?? name, way));
      return wayFaults(place(name, way), way, was);
    }),
  );
  const { document } = config;
  return [...files, ...ways, ...sourceFaults(document, known), ...folderFaults(document, known)];
}

const namesOf = (document: ConfigDocument | undefined): readonly string[] =>
  (document?.receivers ?? []).map(({ name }) => name);

/** Runbooks reach what the desk may reach, with secrets written for them. */
function runbookFaults(
  { sections }: Pick<ConfigDocument, 'sections'>,
  known: ConfigDocument | undefined,
): readonly string[] {
  const isSame = JSON.stringify(sections?.runbooks) === JSON.stringify(known?.sections?.runbooks);
  return isSame || sections?.runbooks === undefined
    ? []
    : ["runbooks: only the desk's own file may say where runbooks are and what they may run"];
}

/** Runbooks, and templates of documents, which are read with the desk's own rights. */
export function folderFaults(
  document: Pick<ConfigDocument, 'sections'>,
  known: ConfigDocument | undefined,
): readonly string[] {
  const [is, was] = [document.sections?.documents, known?.sections?.documents];
  const isSame = is === undefined || JSON.stringify(is) === JSON.stringify(was);
  const faults = ["documents: only the desk's own file may say where documents are"];
  return [...runbookFaults(document, known), ...(isSame ? [] : faults)];
}

/** Whoever reads a table through a check reads what the desk may read. */
function sourceFaults(
  { sections }: ConfigDocument,
  known: ConfigDocument | undefined,
): readonly string[] {
  const named = (all: ConfigDocument['sections']) =>
    Object.entries((all?.data_sources ?? {}) as Readonly<Record<string, unknown>>);
  const before = new Map(named(known?.sections));
  return named(sections)
    .filter(([name, source]) => JSON.stringify(before.get(name)) !== JSON.stringify(source))
    .map(([name]) => `data_sources: ${name}: only the desk's own file may name data sources`);
}

function wayFaults(where: string, way: Way, before: Way | undefined): readonly string[] {
  if (before && said(before) === said(way)) return [];
  const faults: string[] = [];
  const held = new Map(before ? leaves(before.settings) : []);
  for (const [key, value] of leaves(way.settings)) {
    if (!/_file$/.test(key) || value === '' || held.get(key) === value) continue;
    faults.push(`${where}: ${key}: only the desk's own file may name files of this machine`);
  }
  const kept =
    before && [...refsIn(before.settings)].filter((ref) => refsIn(way.settings).has(ref));
  const moved = [...leaves(way.settings)].find(
    ([key, value]) => isAddress(value) && held.get(key) !== value,
  );
  if (moved && kept && kept.length > 0) {
    faults.push(`${where}: ${moved[0]} has changed: write its secrets anew, not as <secret>`);
  }
  return faults;
}

const isAddress = (value: string): boolean => /:\/\/|^[\w.-]+:\d+$|^\[.*\]:\d+$/.test(value);

/**
 * Every text in the settings with the way to it: `http_config.basic_auth.password_file`. Of secrets
 * only addresses, by their references.
 */
function* leaves(value: unknown, path = ''): Generator<readonly [string, string]> {
  if (typeof value === 'string') yield [path, value];
  if (typeof value !== 'object' || value === null) return;
  if ('$secret' in value) {
    if (path.endsWith('url')) yield [path, `secret://${value.$secret}`];
    return;
  }
  for (const [key, inner] of Object.entries(value)) {
    yield* leaves(inner, path === '' ? key : `${path}.${key}`);
  }
}

const said = ({ kind, settings }: Way): string => `${kind} ${JSON.stringify(settings)}`;

const place = (receiver: string, { kind, index }: Way): string => `${receiver}/${kind}[${index}]`;
