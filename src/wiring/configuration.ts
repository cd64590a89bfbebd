import { readFileSync } from 'node:fs';
import { CHANNELS } from '../channels/index.ts';
import { type Config, loadConfig } from '../config/read.ts';
import { type Core, LOCAL_ADMIN } from './core.ts';

/** Keeps the configuration file; once more at every SIGHUP. A bad file changes nothing. */
export async function keepConfig({ options, log, desk }: Core): Promise<Config | undefined> {
  const file = options.configFile;
  if (file === undefined) return undefined;
  const config = loadConfig(readFileSync(file, 'utf8'), file, CHANNELS);
  const { text, unused } = config;
  const revisions = [...desk.memory.all('revisions')].sort((a, b) => a.at - b.at);
  if (revisions.at(-1)?.text === text) return config;
  const act = { verb: 'revision.apply' as const, text, from: file, unused, why: '' };
  await desk.act(LOCAL_ADMIN, act);
  log.info('config.kept', { file });
  if (unused.length > 0) log.warn('config.unused', { file, unused: unused.join(' ') });
  return config;
}
