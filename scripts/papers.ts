import { type Files, only } from './files.ts';

const FRAGMENT = /^changes\/\d{4}-[a-z0-9-]+\.(added|changed|fixed|removed|security)\.md$/;
const DECISION = /^docs\/decisions\/(\d{4})-[a-z0-9-]+\.md$/;
const DECISION_LINES_MAX = 60;
/** In this order, each at the start of a line. */
const DECISION_PARTS = [
  'Date ',
  '**Because** ',
  '**We** ',
  '**So** ',
  '**Not chosen** ',
  '**We will look again** ',
  '**Kept by** ',
];

/** Faults of form in change notes and decision records, one line each. */
export function paperFaults(files: Files): string[] {
  return [...fragments(files), ...decisions(files)];
}

function fragments(files: Files): string[] {
  const notes = [...only(files, /^changes\/(?!README\.md$)/)];
  return [
    ...notes
      .filter(([path]) => !FRAGMENT.test(path))
      .map(([path]) => `${path}: name it changes/0042-what.added.md (see changes/README.md)`),
    ...notes
      .filter(([, text]) => !/^[A-Z`][^\n]*\.\n(breaking: [^\n]+\n)?$/.test(text))
      .map(([path]) => `${path}: one sentence on one line, then perhaps a \`breaking:\` line`),
    ...twice(notes.map(([path]) => path.slice('changes/'.length))).map((n) => `changes/${n}`),
  ];
}

function decisions(files: Files): string[] {
  const records = [...only(files, /^docs\/decisions\/(?!README\.md$)/)];
  const form = records.flatMap(([path, text]) => {
    const number = DECISION.exec(path)?.[1];
    if (!number) return [`${path}: name it docs/decisions/0007-what-we-do.md`];
    const lines = text.split('\n');
    const title = lines[0]?.startsWith(`# ${number} `) ? [] : [`${path}: title is "# ${number} …"`];
    const places = DECISION_PARTS.map((part) => lines.findIndex((line) => line.startsWith(part)));
    const missing = DECISION_PARTS.filter((_, i) => (places[i] ?? -1) < 0);
    const ordered = places.every((place, i) => i === 0 || place > (places[i - 1] ?? 0));
    return [
      ...title,
      ...missing.map((part) => `${path}: lacks a line that begins with "${part.trim()}"`),
      ...(missing.length > 0 || ordered ? [] : [`${path}: its parts are out of order`]),
      ...(lines.length > DECISION_LINES_MAX ? [`${path}: more than one page`] : []),
    ];
  });
  const names = records.map(([path]) => path.slice('docs/decisions/'.length));
  return [...form, ...twice(names).map((n) => `docs/decisions/${n}`)];
}

/** Names whose number another name has already. */
function twice(names: readonly string[]): string[] {
  const numbers = names.map((name) => name.slice(0, 4));
  return names
    .filter((_, i) => numbers.indexOf(numbers[i] ?? '') !== i)
    .map((name) => `${name}: this number is taken; use the next`);
}
