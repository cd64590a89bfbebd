import { type BlockLine, type CommandStep, RUNBOOK_LIMITS, type Say } from './runbook.ts';

const VALUE = /^([A-Za-z_][A-Za-z0-9_]{0,63}): *(.*)$/;

/** ```` ```command restart-port ````, below it what its parameters get: `port: {{port}}`. */
export function commandOf(
  options: readonly string[],
  line: number,
  inside: readonly BlockLine[],
  say: Say,
): CommandStep | undefined {
  const [name = '', ...more] = options;
  if (name === '' || more.length > 0) {
    say(line, 'the name of one command of the desk’s list expected: ```command restart-port');
    return undefined;
  }
  const values: Record<string, string> = {};
  for (const [number, text] of inside) {
    if (text.trim() === '') continue;
    const [, of, value = ''] = VALUE.exec(text) ?? [];
    if (of === undefined) say(number, 'a parameter of the command expected: port: {{port}}');
    else if (Object.hasOwn(values, of)) say(number, `${of}: it has a value already`);
    else values[of] = value.trim();
    if (value.length > RUNBOOK_LIMITS.value_chars_max)
      say(number, `at most ${RUNBOOK_LIMITS.value_chars_max} characters`);
  }
  return { is: 'command', name, values };
}
