import { posix } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Files, only, repository } from './files.ts';

/** What begins like this in a document is a path of the repository. */
const TOP = /^(src|test|docs|bin|bench|scripts|fixtures|examples|deploy|changes|\.ci|\.githooks)\//;
const TOP_FILE = /^[A-Z]+\.md$|^(package(-lock)?|tsconfig|biome)\.json$|^\.(npmrc|editorconfig)$/;
/** Stands for many, or for what the reader puts in. */
const PLACEHOLDER = /[<>*{}$…[\]]|\.\.\.|NNNN/;
const CODE_NAME = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/;

/** One line for every path, link and name in the documents that does not exist. */
export function docFaults(files: Files): string[] {
  const known = new Set<string>();
  for (const path of files.keys()) {
    for (let at = path; at !== '.'; at = posix.dirname(at)) known.add(at);
  }
  const code = [...only(files, /^(src|test|bench|scripts|bin|\.ci)\//).values()].join('\n');
  const names = new Set(code.match(/\b[A-Z][A-Z0-9]*(_[A-Z0-9]+)+\b/g));
  return [...only(files, /\.md$/)].flatMap(([doc, text]) =>
    text
      .split('\n')
      .flatMap((line, i) => [
        ...dead(pathsIn(line), known, `${doc}:${i + 1}`),
        ...dead(linksIn(line, doc), known, `${doc}:${i + 1}`),
        ...unknownNames(line, names, `${doc}:${i + 1}`),
      ]),
  );
}

const dead = (paths: readonly string[], known: ReadonlySet<string>, at: string): string[] =>
  paths.filter((path) => !known.has(path)).map((path) => `${at}: ${path} does not exist`);

/** Without what a sentence or a link puts after a path: a full stop, `:12`, `#anchor`, a slash. */
const bare = (token: string): string =>
  token
    .replace(/[#?].*$/, '')
    .replace(/(:\d+)?[.,;:!?)]*$/, '')
    .replace(/\/$/, '');

/** In backticks any path; in plain text only what also ends like a file. */
function pathsIn(line: string): string[] {
  const quoted = [...line.matchAll(/`([^`]+)`/g)].flatMap(([, text = '']) => text.split(/\s+/));
  const plain = line.split(/[\s`()[\]"'|,;]+/).filter((token) => /\.\w+[.:]?$/.test(token));
  const tokens = [...quoted, ...plain].filter(
    (token) => TOP.test(token) || (TOP_FILE.test(token) && quoted.includes(token)),
  );
  return [...new Set(tokens.filter((token) => !PLACEHOLDER.test(token)).map(bare))];
}

function linksIn(line: string, doc: string): string[] {
  return [...line.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^([a-z]+:|#|\/)/.test(target) && !PLACEHOLDER.test(target))
    .map((target) => posix.join(posix.dirname(doc), bare(target)));
}

/** Error codes, limits and settings are named as the code names them. */
function unknownNames(line: string, names: ReadonlySet<string>, at: string): string[] {
  return [...line.matchAll(/`([^`]+)`/g)]
    .map(([, name = '']) => name)
    .filter((name) => CODE_NAME.test(name) && !names.has(name))
    .map((name) => `${at}: nothing in the code is called ${name}`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const faults = docFaults(repository());
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) process.exitCode = 1;
}
