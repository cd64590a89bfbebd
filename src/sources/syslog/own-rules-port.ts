import type { Received, RuleField, SourceRules, Translated } from '../../ports/source.ts';
import { bookOf } from './book.ts';
import { FACILITIES, LEVELS } from './message.ts';
import { readOwnRules } from './own-rules.ts';
import { lineText, parse } from './parse.ts';
import type { Settings } from './settings.ts';
import { translateBy } from './translate.ts';

/** What somebody who has no rules yet begins with. */
export const EXAMPLE_RULES = `# The first rule that knows a line wins; after these come those of
# the settings, then what the desk knows of common devices.
# match: host, from, app, procid, msgid, tag, facility, severity. Empty: all lines.
# Patterns are RE2 and looked for anywhere in the text. (?P<name>...) is a group:
# {name} stands for it in the texts below.
rules:
  - name: backup of a shop
    match: app="backup"
    raise: 'job (?P<job>\\w+) failed: (?P<cause>.+)'
    clear: 'job (?P<job>\\w+) finished'
    resource: '{host}/{job}'
    type: backup.failed
    severity: minor
    text: 'Backup {job} failed: {cause}'
    over: 'Backup {job} finished'
  - name: somebody became root
    match: app=~"su|sudo", facility=~"auth.*"
    occurrence: 'session opened for user root'
    type: login.root
    severity: warning
  - name: nobody reads these
    match: app="chatty", severity=~"err|warning"
    ignore: '.'
`;

export const syslogRules: SourceRules<Settings> = {
  example: EXAMPLE_RULES,
  check: (text) => readOwnRules(text).faults,
  translate: (input, settings, text): Translated =>
    translateBy(input, settings, bookOf(settings, text)),
  fields,
};

/** What rules can name of a line, with its value. */
function fields({ body, at, from }: Received): readonly RuleField[] {
  const read = parse(lineText(body), at, false);
  if ('why' in read) return [];
  const found: readonly (readonly [string, string])[] = [
    ['host', read.host || from],
    ['from', from],
    ['app', read.app],
    ['procid', read.procId],
    ['msgid', read.msgId],
    ['tag', read.tag],
    ['facility', FACILITIES[read.facility] ?? ''],
    ['severity', LEVELS[read.severity] ?? ''],
    ['text', read.text],
  ];
  return found.flatMap(([selector, value]) => (value === '' ? [] : [{ selector, value }]));
}
