import type { AlarmId } from '../../domain/alarm/event.ts';
import { EVENT_LIMITS, type Labels } from '../../domain/alarm/event.ts';
import { labelValue, parseMatchers } from '../../domain/alarm/matcher.ts';
import { severityFromWord } from '../../domain/alarm/severity.ts';
import type { Subject } from '../../domain/routing/subject.ts';

/** A label set typed into a box or handed in as words, or why it is none. */
export type LabelSet = { readonly labels: Labels } | { readonly why: string };

const EQUALS = 'labels are written name="value"';

/** Reads `{team="ops", severity=critical}`; commas may be left out between quoted values. */
export function readLabelText(text: string): LabelSet {
  const read = parseMatchers(text.replaceAll(/("(?:[^"\\]|\\.)*")\s+(?=[^\s,}])/g, '$1, '));
  if ('error' in read) return { why: `${EQUALS}: ${read.error}` };
  const wrong = read.find(({ op }) => op !== '=');
  if (wrong) return { why: `${EQUALS}; ${wrong.name}${wrong.op} is a question, not a label` };
  return limited(Object.fromEntries(read.map(({ name, value }) => [name, value])));
}

/** Reads words such as `team=ops`: all after the first `=` is the value, quotes taken off. */
export function readLabelWords(words: readonly string[]): LabelSet {
  const labels: Record<string, string> = {};
  for (const word of words) {
    const at = word.indexOf('=');
    if (at < 1 || /[!~]/.test(word.charAt(at - 1)) || word.charAt(at + 1) === '~') {
      return { why: `"${word}" is no label: write team=ops` };
    }
    const value = word.slice(at + 1);
    labels[word.slice(0, at)] = /^".*"$/.test(value) ? value.slice(1, -1) : value;
  }
  return limited(labels);
}

function limited(labels: Labels): LabelSet {
  const { labels_max, label_value_chars_max } = EVENT_LIMITS;
  if (Object.keys(labels).length > labels_max) return { why: `at most ${labels_max} labels` };
  for (const [name, value] of Object.entries(labels)) {
    if (value.length > label_value_chars_max) {
      return { why: `${name} has more than ${label_value_chars_max} characters` };
    }
  }
  return { labels };
}

/**
 * An alarm with these labels that does not exist. `@resource` and its like are given as labels;
 * what an alert would be read as is read from them.
 */
export function labelSubject(labels: Labels): Subject {
  const read = readAs(labels);
  return {
    id: '' as AlarmId,
    labels,
    value: (name) => labelValue(labels, name) || labelValue(read, name),
  };
}

/** The names beside its labels that an alert with them gets, unless they are given themselves. */
export function readAs(labels: Labels): Labels {
  const severity = severityFromWord(labelValue(labels, 'severity'));
  const type = labelValue(labels, 'alertname');
  const isGiven = (name: string): boolean => labelValue(labels, name) !== '';
  return {
    ...(severity === undefined || isGiven('@severity') ? {} : { '@severity': severity }),
    ...(type === '' || isGiven('@type') ? {} : { '@type': type }),
  };
}
