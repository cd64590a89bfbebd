import type { Instant } from '../base/time.ts';
import { listOf, objectOf } from './answers.ts';
import { type Client, connect } from './client.ts';
import type { Command, World } from './command.ts';
import { DESK_OPTIONS } from './find-desk.ts';
import {
  type ActionAnswer,
  type CautionAnswer,
  type DecisionAnswer,
  decisionText,
  indented,
} from './memory-lines.ts';
import { JSON_OPTION } from './options.ts';
import { wroteJson } from './revision-lines.ts';
import { paintFor, printable } from './terminal.ts';

interface AnswerAnswer {
  readonly rung: string;
  readonly decision: DecisionAnswer;
  readonly stale: readonly string[];
}

export const recall: Command = {
  name: 'recall',
  summary: 'Says what was decided about an alarm or its like, and whether it held.',
  about:
    'The nearest first: this very alarm, the same type on a resource of the same class, another ' +
    'type on the same resource. Below it what is left to do; above it what to beware of.',
  args: [{ name: 'ALARM', help: 'The alarm, as `tocsin alarms` shows it.' }],
  options: [JSON_OPTION, ...DESK_OPTIONS],
  examples: [{ line: 'tocsin recall 6b1c5d5be5d8f0aa', does: 'What helped last time?' }],
  async run(given, world) {
    const client = await connect(given, world);
    const path = `/api/v1/alarms/${encodeURIComponent(given.args[0] ?? '')}/recall`;
    const told = await client.get(path);
    if (given.flag('json')) return wroteJson(world.stdout, told);
    world.stdout.write(drawn(client, told, world));
    return 0;
  },
};

function drawn(client: Client, told: unknown, world: World): string {
  const paint = paintFor(world.stdout, world.env);
  const now = world.clock.now();
  const { seen, incident } = objectOf(client, told, 'the answer');
  const answers = listOf<AnswerAnswer>(client, told, 'answers');
  const actions = listOf<ActionAnswer>(client, told, 'actions');
  const cautions = listOf<CautionAnswer>(client, told, 'cautions');
  const part = incident as { readonly id: string; title: string; state: string } | null;
  return [
    ...cautions.map((c) => `${paint('bold', 'Caution:')} ${printable(`${c.text} (${c.owner})`)}\n`),
    seen === 1 ? 'not seen before\n' : `seen ${String(seen)} times\n`,
    part ? printable(`part of ${part.id} ${part.title} (${part.state})`).concat('\n') : '',
    ...(answers.length === 0 ? ['nothing was decided about it or its like\n'] : []),
    ...answers.map((a) => answerText(a, now)),
    ...actions.map((a) => `${a.id}  ${a.step}  ${printable(`${a.title}: ${a.says}`)}\n`),
  ].join('');
}

function answerText({ rung, decision, stale }: AnswerAnswer, now: Instant): string {
  const { resource } = decision.about;
  const whose = rung === 'same alarm' ? rung : `${rung}, ${resource}`;
  const why = stale.map((text) => `\nbut: ${text}`).join('');
  const head = printable(`${decision.id}  ${whose}`);
  return `${head}\n${indented(`${decisionText(decision, now)}${why}`, 2)}`;
}
