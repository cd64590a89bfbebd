import type { Command } from './command.ts';
import { DEMO_SEED, readServeOptions, SERVE_OPTIONS, start } from './serve.ts';

const options = SERVE_OPTIONS.map((o) =>
  o.name === 'storage.path' ? { ...o, default: './data-demo' } : o,
);

export const demo: Command = {
  name: 'demo',
  summary: 'Runs a desk with an invented organisation in trouble, to look around.',
  about:
    'A research network of 40 sites that does not exist: its links, routers, services, a data ' +
    'feed and jobs. Some alarms are open when it starts, and more come and go every few seconds. ' +
    'Receivers of its own are notified and tell nobody. It has its own data folder; your own ' +
    'desk is not touched.',
  args: [],
  options: [
    ...options,
    {
      name: 'seed',
      type: 'number',
      default: String(DEMO_SEED),
      help: 'Same number, same organisation and same trouble.',
    },
  ],
  examples: [
    { line: 'tocsin demo', does: 'Then open the address it prints.' },
    {
      line: 'tocsin demo --web.listen-address=127.0.0.1:0 --storage.path=./look',
      does: 'Beside another desk.',
    },
  ],
  run(given, world) {
    const ready = { ...readServeOptions(given, world), demo: true };
    return start(ready, given, world, (all, log, isUp) =>
      world.demo({ ...all, seed: given.number('seed') }, log, isUp),
    );
  },
};
