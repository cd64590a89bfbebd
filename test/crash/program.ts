import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../bin/tocsin', import.meta.url));
const STARTED_WITHIN_MS = 120_000;

/** The whole program in a process of its own. */
export interface Program {
  readonly url: string;
  readonly pid: number;
  /** The local admin's token of this run. */
  token(): string;
  /** Its log, and what stands on its screen, so far. */
  log(): string;
  screen(): string;
  /** Sends the signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<void>;
}

const ALONE = [
  '--web.listen-address=127.0.0.1:0',
  '--snmp.listen-address=',
  '--syslog.listen-address=',
];
const nameOf = (flag: string): string => flag.split('=')[0] ?? '';

/** What a service manager may do before it starts the desk. */
export interface Manager {
  /** Words to start it with, such as `setpriv …`. */
  readonly by?: readonly string[];
  /** A bound UDP socket that it inherits, and its name. */
  readonly socket?: { readonly name: string; readonly fd: number };
}

/** The variables name the process that reads them: the shell's, which becomes the desk's. */
const HAND_OVER = 'LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_FDNAMES=$0 exec "$@"';

/** Starts a desk on `folder`; resolves when it listens, rejects with its log when it does not. */
export function startProgram(
  folder: string,
  more: readonly string[] = [],
  { by = [], socket }: Manager = {},
): Promise<Program> {
  const given = new Set(more.map(nameOf));
  const defaults = ALONE.filter((flag) => !given.has(nameOf(flag)));
  const handing = socket === undefined ? [] : ['sh', '-c', HAND_OVER, socket.name];
  const serve = ['serve', `--storage.path=${folder}`, ...defaults, ...more];
  const [command = PROGRAM, ...args] = [...handing, ...by, PROGRAM, ...serve];
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe', ...(socket === undefined ? [] : [socket.fd])],
  });
  let screen = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    screen += chunk.toString();
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return new Promise((resolve, reject) => {
    let log = '';
    const late = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`the desk did not start: ${log.slice(-2_000)}`));
    }, STARTED_WITHIN_MS);
    child.once('exit', (code) => {
      clearTimeout(late);
      reject(new Error(`the desk ended with ${code}: ${log}`));
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      log += chunk.toString();
      const address = /Listening on.*address=(\S+)/.exec(log)?.[1];
      if (address === undefined) return;
      clearTimeout(late);
      const texts = { log: () => log, screen: () => screen };
      resolve(programOf(child, folder, `http://${address}`, ended, texts));
    });
  });
}

const programOf = (
  child: ChildProcess,
  folder: string,
  url: string,
  ended: Promise<void>,
  texts: Pick<Program, 'log' | 'screen'>,
): Program => ({
  ...texts,
  url,
  pid: child.pid ?? 0,
  token: () => readFileSync(join(folder, 'admin.token'), 'utf8').split('\n')[0] ?? '',
  async end(signal) {
    child.kill(signal);
    await ended;
  },
});
