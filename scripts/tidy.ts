import type { Files } from './files.ts';

const LINES_PER_FILE_MAX = 400;
const COLUMNS_MAX = 100;

/** What is banned, where, where not, and what to do instead. Grow it by one line at a time. */
interface Ban {
  readonly what: RegExp;
  /** Paths that the ban is about. */
  readonly where: RegExp;
  /** Beginnings of the paths where it is allowed; that is its home. */
  readonly homes: readonly string[];
  readonly instead: string;
}

const CODE = /^src\/(?!.*\.test\.ts$)(?!console\/static\/).*\.ts$/;
const PURE = /^src\/(domain|desk)\/(?!.*\.test\.ts$).*\.ts$/;
const TESTS = /(^test\/|\.test\.ts$)/;
/** Holds planted faults in its strings. */
const HOUSE = 'test/house/';

const ONLY_IN: readonly Ban[] = [
  ban(/\bDate\.now\(|\bnew Date\(\)/, CODE, ['src/base/clock.ts'], 'take a Clock'),
  ban(/\bprocess\.env\b/, CODE, ['src/main.ts'], 'read it once, into settings'),
  ban(/\bprocess\.exit\(/, CODE, ['src/main.ts', 'src/cli/'], 'throw, and let the caller end'),
  ban(/\bconsole\.\w+\(/, CODE, ['src/cli/'], 'log an event'),
  ban(/\bas any\b|@ts-(ignore|nocheck|expect-error)/, /\.ts$/, [HOUSE], 'narrow with a parser'),
  ban(
    /(?<![\w.])RegExp\(/,
    CODE,
    [],
    "users' patterns go through domain/alarm/pattern.ts (RE2); our own are literals",
  ),
  ban(/\bIntl\./, PURE, [], 'zones enter as offset tables in an entry; format outside the fold'),
  ban(/base\/zones\.ts/, PURE, [], 'zones enter as offset tables, or what they make, in an entry'),
  ban(/\.(localeCompare|toLocale\w+)\(/, PURE, [], 'compare with < and >, by code unit'),
  ban(/\.[gs]et(FullYear|Year|Month|Date|Day|Hours|Minutes|Seconds)\(/, PURE, [], 'use getUTC…'),
  ban(/\.(getTimezoneOffset|to(Date|Time)String)\(/, PURE, [], 'use UTC, or an offset table'),
  ban(/\bDate\.parse\(|\bnew Date\([^)]*,/, PURE, [], 'use parseInstant or Date.UTC'),
  ban(/\bMath\.(random|pow|exp|expm1|log\w*)\b/, PURE, [], 'integers in fixed point'),
  ban(/\bcrypto\.\w+/, PURE, [], 'identities derive from keys and positions, or are in the entry'),
  ban(/\bperformance\.now\(/, PURE, [], 'take a Clock'),
  ban(/(?<![\w.])fetch\(/, PURE, [], 'put a delivery in the outbox'),
  ban(/(?<![\w.])set(Timeout|Interval)\(/, PURE, [], 'a timer is state; or use clock.at'),
  ban(/['"]node:/, PURE, [], 'ask through a port'),
  ban(
    /\bsetTimeout\(\s*(r|res|resolve|done)\b|timers\/promises|\bsleep\(/,
    TESTS,
    ['test/support/', HOUSE],
    'wait on a condition (test/support) or move the clock',
  ),
  ban(/\bmock\.module\(/, TESTS, [HOUSE], 'fakes are servers or objects that implement a port'),
  ban(/\b(test|it|describe|suite)\.(only|todo|skip)\(/, TESTS, [HOUSE], "skip: 'the reason'"),
  ban(/\bskip: true\b|\bt\.skip\(\)/, TESTS, [HOUSE], "skip: 'the reason'"),
];

/** In pieces, so that this file may be checked by its own rules. */
const words = (...pieces: string[]): RegExp => new RegExp(pieces.join(''), 'i');
const ANYWHERE: readonly { what: RegExp; why: string }[] = [
  { what: words('(^|[^\\w.-])/(wo', 'rk|fa', 'rm|tm', 'p)/'), why: 'a path of one machine' },
  { what: words('registry\\.(np', 'mjs|yar', 'npkg)'), why: 'a package registry' },
  { what: words('deb\\.deb', 'ian\\.org|py', 'pi\\.org|proxy\\.gol', 'ang'), why: 'a registry' },
  { what: words('\\.lib', 'rary/|before-', 'stop'), why: 'a path of one machine' },
  { what: words('\\biss', 'ues? ?#?\\d'), why: 'say what it is, not its number' },
  { what: words('\\bcla', 'ude\\b|anth', 'ropic|sub-?ag', 'ents?\\b'), why: 'not of the product' },
];
const UNFINISHED = new RegExp(['\\bTO', 'DO\\b|\\bFIX', 'ME\\b'].join(''));

function ban(what: RegExp, where: RegExp, homes: readonly string[], instead: string): Ban {
  return { what, where, homes, instead };
}

/** One line per fault, so that a test can assert the list is empty and print it when it is not. */
export function tidyFaults(files: Files): string[] {
  return [...files].flatMap(([path, text]) => [
    ...shape(path, text),
    ...bannedIn(path, text),
    ...wordsIn(path, text),
  ]);
}

function shape(path: string, text: string): string[] {
  if (!/\.(ts|js)$/.test(path)) return [];
  const lines = text.split('\n');
  const count = text.endsWith('\n') ? lines.length - 1 : lines.length;
  const long = count > LINES_PER_FILE_MAX ? [`${path}: ${count} lines; give it one subject`] : [];
  if (path.endsWith('.test.ts') || path.startsWith('fixtures/')) return long; // tables are wide
  const wide = lines.flatMap((line, i) =>
    line.length > COLUMNS_MAX ? [`${path}:${i + 1}: ${line.length} columns`] : [],
  );
  return [...long, ...wide];
}

function bannedIn(path: string, text: string): string[] {
  const bans = ONLY_IN.filter(
    ({ where, homes }) => where.test(path) && !homes.some((home) => path.startsWith(home)),
  );
  if (bans.length === 0) return [];
  return text.split('\n').flatMap((line, i) => {
    if (/^\s*(\/\/|\/?\*)/.test(line)) return []; // comments may name what code may not use
    return bans
      .filter(({ what }) => what.test(line))
      .map(({ what, instead }) => `${path}:${i + 1}: ${what.source} is banned here; ${instead}`);
  });
}

function wordsIn(path: string, text: string): string[] {
  if (path === 'package-lock.json') {
    const named = text.includes('"resolved":');
    return named ? [`${path}: names download addresses; npm writes none under our .npmrc`] : [];
  }
  const ours = /\.(ts|js|sh)$/.test(path)
    ? [{ what: UNFINISHED, why: 'finish it, or say it' }]
    : [];
  return text.split('\n').flatMap((line, i) =>
    [...ANYWHERE, ...ours].flatMap(({ what, why }) => {
      const found = what.exec(line);
      return found ? [`${path}:${i + 1}: "${found[0].trim()}" must not be here: ${why}`] : [];
    }),
  );
}
