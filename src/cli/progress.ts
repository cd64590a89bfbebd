import type { Progress, World } from './command.ts';

const BAR_COLUMNS = 24;

/** How far a long piece of work is, on a terminal only: in a log such lines are noise. */
export function progressFor(world: World, doing: string): { show: Progress; end: () => void } {
  const { stderr } = world;
  let shown = -1;
  return {
    show(done) {
      const percent = Math.floor(Math.min(1, Math.max(0, done)) * 100);
      if (!stderr.isTerminal || percent === shown) return;
      shown = percent;
      const full = Math.round((percent / 100) * BAR_COLUMNS);
      const bar = '█'.repeat(full) + '░'.repeat(BAR_COLUMNS - full);
      stderr.write(`\r${doing} ${bar} ${percent} %`);
    },
    end() {
      if (shown >= 0) stderr.write('\r\u001b[K');
    },
  };
}
