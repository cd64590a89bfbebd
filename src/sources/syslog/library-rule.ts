import type { RuleSettings } from './settings.ts';

/** A rule of the library: the same fields as in the settings. */
export type Known = RuleSettings;

const PLAIN: Omit<Known, 'name' | 'match'> = {
  raise: '',
  clear: '',
  occurrence: '',
  ignore: '',
  resource: '{host}',
  type: 'syslog',
  qualifier: '',
  severity: '',
  text: '{text}',
  over: '{text}',
};

/** One line of the library: a name for people, which lines it looks at, and what they say. */
export const says = (name: string, match: string, rest: Partial<Known>): Known => ({
  ...PLAIN,
  name,
  match,
  ...rest,
});
