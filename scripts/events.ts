import { type Files, only } from './files.ts';

export const EVENTS_PAGE = 'docs/reference/events.md';

/** `<noun>.<past verb>`, as Vector names its events. */
const NAME = /^[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)+$/;
/** Alertmanager's own words: what starts a desk in its place waits for this line. */
const AS_ALERTMANAGER = 'Listening on';
const CALL = /\b(\w*[lL]og)\??\.(debug|info|warn|error)\(\s*(?:'([^'\n]*)'|"([^"\n]*)"|(.))/g;
/** The one place that hands events on to the library takes their names as they come. */
const ADAPTER = /^import .* from 'pino';$/m;
const ROW = /^\| `([^`]+)` \|/gm;

/** Names of log events in the code that the page lacks, and the other way round. */
export function eventFaults(files: Files): string[] {
  const listed = new Set([...(files.get(EVENTS_PAGE) ?? '').matchAll(ROW)].map(([, n = '']) => n));
  const used = new Map<string, string>();
  const faults: string[] = [];
  for (const [path, text] of only(files, /^src\/(?!.*\.test\.ts$)(?!base\/log\.ts).*\.ts$/)) {
    if (ADAPTER.test(text)) continue;
    for (const [call, , level, single, double] of text.matchAll(CALL)) {
      const name = single ?? double;
      if (name === undefined)
        faults.push(`${path}: ${call}… : write the event's name as a literal`);
      else if (!NAME.test(name) && name !== AS_ALERTMANAGER)
        faults.push(`${path}: "${name}" is not <noun>.<past verb>`);
      else if (!used.has(name)) used.set(name, `${path} (${level})`);
    }
  }
  for (const [name, where] of used)
    if (!listed.has(name)) faults.push(`${EVENTS_PAGE} lacks \`${name}\` of ${where}`);
  for (const name of listed)
    if (!used.has(name)) faults.push(`${EVENTS_PAGE} lists \`${name}\`, which nothing logs`);
  return faults;
}
