import type { Files } from './files.ts';
import { type Import, importsOf } from './imports.ts';

/** Who may import whom: each folder of src/, and every other folder it may see. */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  base: [],
  domain: ['base'],
  ports: ['base', 'domain'],
  desk: ['base', 'domain', 'ports'],
  sources: ['base', 'domain', 'ports'],
  net: ['base', 'domain', 'ports'],
  channels: ['base', 'domain', 'ports', 'net'],
  journal: ['base', 'domain', 'ports'],
  store: ['base', 'domain', 'ports'],
  template: ['base', 'domain', 'ports'],
  config: ['base', 'domain', 'ports', 'desk', 'template', 'net'],
  console: ['base', 'domain', 'desk'],
  mcp: ['base', 'domain'],
  http: ['base', 'domain', 'desk', 'console', 'mcp'],
  cli: ['base', 'domain', 'desk', 'config', 'template', 'mcp'],
  tables: ['base'],
  inventory: ['base', 'domain', 'ports', 'config', 'tables'],
  checks: ['base', 'domain', 'ports', 'net', 'tables'],
  slo: ['base', 'domain', 'ports', 'net', 'checks'],
  runs: ['base', 'domain', 'ports', 'net'],
  documents: ['base', 'domain', 'ports', 'template'],
  demo: ['base', 'domain', 'ports', 'desk'],
};

/** The same inside src/domain/: which subject may lean on which. */
const SUBJECTS: Readonly<Record<string, readonly string[]>> = {
  alarm: [],
  incident: ['alarm'],
  kpi: ['alarm'],
  routing: ['alarm'],
  rules: ['alarm'],
  inventory: ['alarm'],
  rota: ['alarm', 'routing'],
  escalation: ['alarm', 'rota', 'routing'],
  memory: ['alarm', 'incident', 'routing'],
  slo: ['alarm', 'check'],
  check: ['alarm'],
  run: ['alarm', 'escalation'],
  document: ['alarm', 'incident'],
  handover: ['alarm', 'routing'],
};

/** Folders that import nothing from outside, not even from Node, and the only exceptions. */
const NOTHING_FROM_OUTSIDE: readonly string[] = ['base', 'domain', 'desk'];
const OUTSIDE_ALLOWED: Readonly<Record<string, readonly string[]>> = {
  'src/domain/alarm/pattern.ts': ['re2js'], // users' patterns run in linear time
};

/** Lists of adapters: only main.ts wires them. */
const LISTS: readonly string[] = ['src/sources/index.ts', 'src/channels/index.ts'];

const MAIN = 'src/main.ts';

/** What main.ts starts, part by part: sees every part, and nobody but main.ts sees it. */
const WIRING = 'wiring';
const isWiring = (path: string): boolean => path === MAIN || path.startsWith(`src/${WIRING}/`);
const FOLDERS_DEEP_MAX = 3;
const FORBIDDEN_FOLDERS = new Set(['utils', 'helpers', 'common', 'core', 'services', 'managers']);

/** Sent to browsers as they are: they have no importer and import nothing of ours. */
const BROWSER = 'src/console/static/';

const isTest = (path: string): boolean => path.endsWith('.test.ts');
const folderOf = (path: string): string => path.split('/')[1] ?? '';
const isCode = (path: string): boolean => !isTest(path) && !path.startsWith(BROWSER);

type Rule = (files: Files, imports: readonly Import[]) => string[];

/** One line per fault of the layout of src/, each with what to do; empty when all is well. */
export function layerFaults(files: Files): string[] {
  const imports = importsOf(files);
  return RULES.flatMap((rule) => rule(files, imports));
}

const inner = (imports: readonly Import[]) => imports.filter((i) => !i.outside && isCode(i.from));

const layers: Rule = (files, imports) => {
  const unknown = [...files.keys()]
    .filter((path) => !isWiring(path) && LAYERS[folderOf(path)] === undefined && !isTest(path))
    .map((path) => `${path}: this folder is not in the table of scripts/layers.ts`);
  const breaches = inner(imports).flatMap(({ from, to }) => {
    const [own, other] = [folderOf(from), folderOf(to)];
    if (isWiring(from) || own === other || LAYERS[own]?.includes(other)) return [];
    return [`${from} -> ${to}: ${own} may see only ${LAYERS[own]?.join(', ') || 'nothing'}`];
  });
  return [...unknown, ...breaches];
};

const subjects: Rule = (files, imports) => {
  const subject = (path: string): string => /^src\/domain\/([^/]+)\//.exec(path)?.[1] ?? '';
  const unknown = [...files.keys()]
    .filter((path) => folderOf(path) === 'domain' && SUBJECTS[subject(path)] === undefined)
    .map((path) => `${path}: put it in a subject of the table of scripts/layers.ts`);
  const breaches = inner(imports).flatMap(({ from, to }) => {
    const [own, other] = [subject(from), subject(to)];
    if (!own || !other || own === other || SUBJECTS[own]?.includes(other)) return [];
    return [`${from} -> ${to}: ${own} may see only ${SUBJECTS[own]?.join(', ') || 'nothing'}`];
  });
  return [...unknown, ...breaches];
};

const nothingFromOutside: Rule = (_files, imports) =>
  imports
    .filter(({ from, outside }) => outside && isCode(from))
    .filter(({ from }) => NOTHING_FROM_OUTSIDE.includes(folderOf(from)))
    .filter(({ from, to }) => !OUTSIDE_ALLOWED[from]?.includes(to))
    .map(({ from, to }) => `${from} -> ${to}: ${folderOf(from)} imports nothing from outside`);

const insideSource: Rule = (files, imports) =>
  imports
    .filter(({ from, to, outside }) => !outside && isCode(from) && to.endsWith('.ts'))
    .filter(({ to }) => !files.has(to) || isTest(to))
    .map(({ from, to }) => `${from} -> ${to}: no such file in src/, or a test`);

const adapters: Rule = (_files, imports) => {
  const adapter = (path: string): string =>
    LISTS.includes(path) ? '' : (/^src\/(?:sources|channels)\/[^/.]+/.exec(path)?.[0] ?? '');
  return inner(imports)
    .filter(({ from, to }) => adapter(from) && adapter(to) && adapter(from) !== adapter(to))
    .map(({ from, to }) => `${from} -> ${to}: adapters do not know each other`);
};

const onlyMainWires: Rule = (_files, imports) =>
  inner(imports)
    .filter(({ from, to }) => LISTS.includes(to) && !isWiring(from))
    .map(({ from, to }) => `${from} -> ${to}: only ${MAIN} wires`);

const noBarrels: Rule = (files, imports) => [
  ...[...files.keys()]
    .filter((path) => /\/index\.ts$/.test(path) && !LISTS.includes(path))
    .map((path) => `${path}: no barrels; name the file after what is in it`),
  ...imports
    .filter(({ from, reexport }) => reexport && isCode(from))
    .map(({ from, to }) => `${from} -> ${to}: no re-exports; import it from where it lives`),
];

const folders: Rule = (files) =>
  [...files.keys()].flatMap((path) => {
    const names = path.split('/').slice(0, -1);
    const deep = names.length > FOLDERS_DEEP_MAX;
    const bad = names.find((name) => FORBIDDEN_FOLDERS.has(name));
    return [
      ...(deep ? [`${path}: at most ${FOLDERS_DEEP_MAX} folders deep, src/ counted`] : []),
      ...(bad ? [`${path}: a folder named ${bad} says nothing; name it after its subject`] : []),
    ];
  });

/** Depth first; each cycle is told once, from the file where it was entered. */
const noCycles: Rule = (files, imports) => {
  const next = new Map<string, string[]>();
  for (const { from, to } of inner(imports)) next.set(from, [...(next.get(from) ?? []), to]);
  const done = new Set<string>();
  const path: string[] = [];
  const found: string[] = [];
  const visit = (file: string): void => {
    const at = path.indexOf(file);
    if (at >= 0) found.push(`${[...path.slice(at), file].join(' -> ')}: a cycle`);
    if (at >= 0 || done.has(file)) return;
    path.push(file);
    for (const to of next.get(file) ?? []) visit(to);
    path.pop();
    done.add(file);
  };
  for (const file of files.keys()) visit(file);
  return found;
};

/** Reached from main.ts by imports or as a worker. Tests do not count as users. */
const noneUnused: Rule = (files, imports) => {
  if (!files.has(MAIN)) return []; // nothing is wired yet
  const reached = new Set<string>();
  const reach = (file: string): void => {
    if (reached.has(file)) return;
    reached.add(file);
    for (const { from, to } of imports) if (from === file) reach(to);
  };
  const isRoot = (path: string): boolean => path === MAIN || path.endsWith('.worker.ts');
  for (const file of files.keys()) if (isRoot(file)) reach(file);
  return [...files.keys()]
    .filter((path) => path.endsWith('.ts') && isCode(path) && !reached.has(path))
    .map((path) => `${path}: nothing that ${MAIN} reaches uses it`);
};

const RULES: readonly Rule[] = [
  layers,
  subjects,
  nothingFromOutside,
  insideSource,
  adapters,
  onlyMainWires,
  noBarrels,
  folders,
  noCycles,
  noneUnused,
];
