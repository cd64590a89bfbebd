import { DeskError } from '../base/errors.ts';
import { MCP_LIMITS } from '../mcp/bounded.ts';
import { answerToText, type Host, type Reply, unreadable } from '../mcp/protocol.ts';
import type { Ask } from '../mcp/tool.ts';
import { connect, Refused } from './client.ts';
import type { Command, Given, World } from './command.ts';
import { DESK_OPTIONS } from './find-desk.ts';

export const mcp: Command = {
  name: 'mcp',
  summary: 'Lets a language-model client ask a running desk, over standard input and output.',
  about:
    'Speaks the Model Context Protocol, one JSON message a line. The client starts it; it may do ' +
    'what its token may. The desk itself speaks the same at /mcp.',
  args: [],
  options: [...DESK_OPTIONS],
  examples: [{ line: 'tocsin mcp --token-file mcp.token', does: 'As a client would start it.' }],
  async run(given, world) {
    const host = { version: world.version, ask: askOf(given, world), says };
    try {
      for await (const line of linesOf(world.input())) {
        const reply = await replyTo(line, host);
        if (reply) world.stdout.write(`${JSON.stringify(reply)}\n`);
      }
    } catch (error) {
      if (!world.signal.aborted) throw error;
    }
    return 0;
  },
};

/** Found anew for each question: a desk that was started again has another token. */
const askOf = (given: Given, world: World): Ask => ({
  get: async (path, query) => (await connect(given, world)).get(path, query),
  send: async (method, path, body) => (await connect(given, world)).send(method, path, body),
});

const says = (error: unknown): string => {
  if (error instanceof DeskError || error instanceof Refused) return error.message;
  throw error;
};

const TOO_LONG = Symbol('a line beyond the limit');

async function replyTo(line: string | typeof TOO_LONG, host: Host): Promise<Reply | undefined> {
  if (line === TOO_LONG)
    return unreadable(`A message has at most ${MCP_LIMITS.message_bytes_max} bytes.`);
  return line.trim() === '' ? undefined : answerToText(line, host);
}

/** Lines without their ends; what is beyond the limit is dropped to its end and told once. */
async function* linesOf(chunks: AsyncIterable<string>) {
  let rest = '';
  let dropping = false;
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      yield dropping || isLong(line) ? TOO_LONG : line;
      dropping = false;
    }
    if (isLong(rest)) [rest, dropping] = ['', true];
  }
  if (dropping) yield TOO_LONG;
  else if (rest !== '') yield rest;
}

const isLong = (line: string): boolean =>
  line.length > MCP_LIMITS.message_bytes_max ||
  Buffer.byteLength(line) > MCP_LIMITS.message_bytes_max;
