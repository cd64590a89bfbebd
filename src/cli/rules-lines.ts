import { parseInstant } from '../base/time.ts';
import type { Severity } from '../domain/alarm/severity.ts';
import { cut, type Paint, printable } from './terminal.ts';
import { whenText } from './when.ts';

/** An input of a source as the API tells it; shapes of src/http/api/rules-shapes.ts. */
export interface InputAnswer {
  readonly id: string;
  readonly at: string;
  readonly from: string;
  readonly params: Readonly<Record<string, string>>;
  readonly shown: string;
  readonly why: string | null;
  readonly count: number;
}

interface EventAnswer {
  readonly kind: string;
  readonly resource: string;
  readonly type: string;
  readonly qualifier: string;
  readonly severity: Severity | null;
  readonly text: string;
}

interface ReadingAnswer {
  readonly events: readonly EventAnswer[];
  readonly refused: readonly { readonly field: string; readonly why: string }[];
  readonly notUnderstood: string | null;
}

export interface TriedAnswer extends InputAnswer {
  readonly now: ReadingAnswer;
  readonly edited: ReadingAnswer | null;
}

const SHOWN_CHARS_MAX = 200;

/** A paragraph for each input: where it came from, its beginning, why it waits. */
export const inputLines = (inputs: readonly InputAnswer[], paint: Paint): string =>
  inputs.length === 0 ? 'nothing\n' : `${inputs.map((i) => inputText(i, paint)).join('\n')}\n`;

function inputText({ id, at, from, params, shown, why, count }: InputAnswer, paint: Paint): string {
  const when = parseInstant(at);
  const door = Object.values(params).join(' ');
  const times = count > 1 ? `${count} times` : '';
  const head = [id, when === undefined ? at : whenText(when), from, door, times].filter(Boolean);
  const lines = [paint('bold', printable(head.join('  ')))];
  if (why !== null) lines.push(`  not understood: ${printable(why)}`);
  lines.push(`  ${paint('dim', cut(printable(shown), SHOWN_CHARS_MAX))}`);
  return lines.join('\n');
}

/** Each input with what it becomes now and what it would; the same twice is left out. */
export function triedLines(all: readonly TriedAnswer[], whole: boolean, paint: Paint): string {
  const told = all.flatMap((tried) => {
    const now = readingLines(tried.now, paint);
    const edited = tried.edited ? readingLines(tried.edited, paint) : now;
    const isSame = now.join('\n') === edited.join('\n');
    if (isSame && !whole) return [];
    const lines = isSame
      ? now.map((line) => `    ${line}`)
      : [...now.map((line) => `  - ${line}`), ...edited.map((line) => `  + ${line}`)];
    return [[inputText({ ...tried, why: null }, paint), ...lines].join('\n')];
  });
  const same = all.length - told.length;
  const rest = same === 1 ? '1 input becomes' : `${same} inputs become`;
  const sum = same > 0 ? [`${rest} what it becomes now`] : [];
  return `${[...told, ...sum].join('\n') || 'nothing was received yet to try it on'}\n`;
}

function readingLines({ events, refused, notUnderstood }: ReadingAnswer, paint: Paint): string[] {
  const lines = events.map(({ kind, resource, type, qualifier, severity, text }) => {
    const name = [type, 'on', resource, ...(qualifier === '' ? [] : [`(${qualifier})`])].join(' ');
    const mark = severity === null ? '' : ` ${paint(severity, severity)}`;
    return `${kind}${mark} ${printable(`${name}: ${text}`)}`;
  });
  const refusals = refused.map(({ field, why }) => `refused ${printable(`${field} ${why}`)}`);
  const rest = notUnderstood === null ? [] : [`not understood: ${printable(notUnderstood)}`];
  const told = [...lines, ...(rest.length > 0 ? rest : refusals)];
  return told.length > 0 ? told : ['nothing'];
}
