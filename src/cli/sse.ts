/** One message of an event stream. */
export interface Message {
  readonly event: string;
  readonly id: string;
  readonly data: string;
}

/** Longest message taken, in characters; an alarm with all its labels is far below. */
export const MESSAGE_CHARS_MAX = 4_194_304;

/** Reads an event stream (WHATWG HTML §9.2) until it ends. Comments are skipped. */
export async function* readMessages(body: AsyncIterable<Uint8Array>): AsyncGenerator<Message> {
  let waiting = '';
  for await (const text of texts(body)) {
    waiting += text;
    const blocks = waiting.split(/\r?\n\r?\n/);
    waiting = blocks.pop() ?? '';
    if (waiting.length > MESSAGE_CHARS_MAX) throw new Error('a message of the stream is too long');
    for (const block of blocks) {
      const message = messageOf(block);
      if (message.data !== '') yield message;
    }
  }
}

/** The lines of a body, as they come: newline-delimited JSON. */
export async function* readLines(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let waiting = '';
  for await (const text of texts(body)) {
    waiting += text;
    const lines = waiting.split('\n');
    waiting = lines.pop() ?? '';
    if (waiting.length > MESSAGE_CHARS_MAX) throw new Error('a line of the answer is too long');
    for (const line of lines) if (line.trim() !== '') yield line;
  }
  if (waiting.trim() !== '') yield waiting;
}

async function* texts(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const bytes of body) yield decoder.decode(bytes, { stream: true });
}

function messageOf(block: string): Message {
  const fields: Record<string, string[]> = { event: [], id: [], data: [] };
  for (const line of block.split(/\r?\n/)) {
    const [, name = '', value = ''] = /^([^:]+)(?:: ?(.*))?$/.exec(line) ?? [];
    fields[name]?.push(value);
  }
  const last = (name: string): string => fields[name]?.at(-1) ?? '';
  return { event: last('event') || 'message', id: last('id'), data: fields.data?.join('\n') ?? '' };
}
