import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, TLSSocket } from 'node:tls';
import { certificate } from './certificate.ts';

export interface SmtpOptions {
  /** TLS from the first byte. */
  readonly implicit?: boolean;
  readonly starttls?: boolean;
  /** Mechanisms it offers, in this order; none: no AUTH line. */
  readonly auth?: readonly string[];
  /**
   * Says something else than usual: gets each line (and `GREETING`, `MESSAGE`); undefined: as
   * usual; `hang`: nothing at all; `close`: breaks off.
   */
  readonly answer?: (line: string) => string | undefined;
}

/** What one connection did. `lines` are the client's, those of the message left out. */
export interface SmtpSession {
  readonly lines: string[];
  readonly messages: string[];
  secure: boolean;
}

/** A mail server that takes everything, unless told otherwise; speaks only on 127.0.0.1. */
export async function smtpServer(options: SmtpOptions = {}) {
  const sessions: SmtpSession[] = [];
  const sockets = new Set<Socket>();
  const serve = (socket: Socket) => {
    sockets.add(socket);
    const session: SmtpSession = { lines: [], messages: [], secure: options.implicit === true };
    sessions.push(session);
    converse(socket, session, options);
  };
  const server: Server = options.implicit
    ? createTlsServer(certificate, serve)
    : createServer(serve);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    port,
    smarthost: `127.0.0.1:${port}`,
    sessions,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
}

function converse(first: Socket, session: SmtpSession, options: SmtpOptions): void {
  let socket = first;
  let text = '';
  let message = false;
  let pending: ((line: string) => void) | undefined;
  const say = (event: string, usual: string) => {
    const said = options.answer?.(event) ?? usual;
    if (said === 'close') socket.destroy();
    else if (said !== 'hang') socket.write(`${said}\r\n`);
    return said;
  };
  const take = (line: string): unknown => {
    session.lines.push(line);
    const [verb = ''] = line.toUpperCase().split(' ');
    const then = pending;
    pending = undefined;
    if (then) return then(line);
    if (verb === 'EHLO') return say(line, greeting(session, options));
    if (verb === 'STARTTLS') {
      const said = say(line, options.starttls ? '220 go on' : '502 not here');
      return said.startsWith('220') && upgrade();
    }
    if (verb === 'AUTH') return login(line);
    if (verb === 'DATA') {
      message = say(line, '354 end with a dot').startsWith('354');
      return message;
    }
    if (verb === 'QUIT') return socket.end(`${say(line, '221 bye')}\r\n`);
    return say(line, '250 ok');
  };
  const login = (line: string): unknown => {
    if (/^AUTH PLAIN \S/i.test(line)) return say('AUTH', '235 welcome');
    const challenge = /CRAM/i.test(line) ? '<1.1@fake>' : 'Username:';
    socket.write(`334 ${Buffer.from(challenge).toString('base64')}\r\n`);
    pending = /CRAM/i.test(line)
      ? () => say('AUTH', '235 welcome')
      : () => {
          socket.write(`334 ${Buffer.from('Password:').toString('base64')}\r\n`);
          pending = () => say('AUTH', '235 welcome');
        };
    return undefined;
  };
  const read = (chunk: Buffer): void => {
    text += chunk.toString('utf8');
    for (;;) {
      const end = text.indexOf(message ? '\r\n.\r\n' : '\r\n');
      if (end < 0) return;
      const part = text.slice(0, end);
      text = text.slice(end + (message ? 5 : 2));
      if (message) {
        message = false;
        session.messages.push(part.replaceAll('\r\n..', '\r\n.'));
        say('MESSAGE', '250 queued as 42');
      } else take(part);
    }
  };
  const upgrade = () => {
    first.removeAllListeners('data');
    socket = new TLSSocket(first, { isServer: true, ...certificate });
    socket.on('error', () => {});
    socket.on('data', read);
    session.secure = true;
    text = '';
  };
  socket.on('error', () => {});
  socket.on('data', read);
  say('GREETING', '220 fake.example ESMTP');
}

function greeting(session: SmtpSession, { starttls, auth = [] }: SmtpOptions): string {
  const lines = ['fake.example', 'SIZE 100000', '8BITMIME'];
  if (starttls && !session.secure) lines.push('STARTTLS');
  if (auth.length > 0) lines.push(`AUTH ${auth.join(' ')}`);
  return lines.map((line, i) => `250${i + 1 === lines.length ? ' ' : '-'}${line}`).join('\r\n');
}
