import { isIP } from 'node:net';
import type { NodemailerError } from 'nodemailer/lib/errors';
import SMTPConnection, { type SMTPConnectionSendInfo } from 'nodemailer/lib/smtp-connection';
import { reachable } from '../../net/host.ts';
import { secretOr } from '../../net/secret.ts';
import { faultWords, SendFault } from '../../net/send-fault.ts';
import { tlsOptions } from '../../net/tls.ts';
import type { SendWorld } from '../../ports/channel.ts';
import type { Settings } from './settings.ts';

/** Who took the mail, and how many did not want it. */
export interface Taken {
  readonly by: readonly string[];
  readonly refused: readonly { readonly code: number; readonly final: boolean }[];
  readonly words: string;
}

/** One conversation with the mail server. Throws a SendFault, or what the socket threw. */
export async function converse(
  from: string,
  to: readonly string[],
  message: Buffer,
  settings: Settings,
  world: SendWorld,
): Promise<Taken> {
  const {
    name: host,
    host: address,
    port,
  } = await reachable('smarthost', settings.smarthost, world);
  const implicit = settings.force_implicit_tls ?? port === 465;
  const wantsTls = settings.require_tls ?? true;
  const tls = await tlsOptions(settings.tls_config, world);
  const name = tls.servername ?? host;
  const connection = new SMTPConnection({
    host: address,
    port,
    secure: implicit,
    requireTLS: wantsTls && !implicit,
    ignoreTLS: !wantsTls,
    name: settings.hello || 'localhost',
    tls: { ...tls, host: name }, // what the certificate is checked against, also by address
    ...(isIP(name) ? {} : { servername: name }),
  });
  const broken = endOf(connection, world.signal);
  try {
    await Promise.race([connected(connection), broken.promise]);
    await Promise.race([signIn(connection, host, settings, world), broken.promise]);
    const envelope = { from, to: [...to], size: message.length };
    const info = await Promise.race([delivered(connection, envelope, message), broken.promise]);
    connection.quit();
    return takenOf(info);
  } catch (error) {
    connection.close();
    throw world.signal.aborted ? new SendFault('no answer in time', false) : faultOf(error);
  } finally {
    broken.done();
  }
}

/** Rejects when the connection breaks or the time is over. */
function endOf(connection: SMTPConnection, signal: AbortSignal) {
  let done = () => {};
  const promise = new Promise<never>((_, reject) => {
    const abort = () => reject(new SendFault('no answer in time', false));
    connection.on('error', reject); // stays: an error after the end must not be uncaught
    signal.addEventListener('abort', abort, { once: true });
    done = () => signal.removeEventListener('abort', abort);
    if (signal.aborted) abort();
  });
  promise.catch(() => {}); // it may break when nobody waits any more
  return { promise, done: () => done() };
}

const connected = (connection: SMTPConnection): Promise<void> =>
  new Promise((resolve, reject) => {
    connection.connect((error) => (error ? reject(error) : resolve()));
  });

const delivered = (
  connection: SMTPConnection,
  envelope: { readonly from: string; readonly to: string[]; readonly size: number },
  message: Buffer,
): Promise<SMTPConnectionSendInfo> =>
  new Promise((resolve, reject) => {
    connection.send(envelope, message, (error, info) => (error ? reject(error) : resolve(info)));
  });

interface Login {
  readonly method: string;
  readonly user: string;
  readonly pass: string;
}

/** Takes the first mechanism the server offers that we have what it needs for. */
async function signIn(
  connection: SMTPConnection,
  host: string,
  settings: Settings,
  world: SendWorld,
): Promise<void> {
  // Without an AUTH line in its EHLO the server wants nobody to sign in, as Alertmanager has it.
  const offered = offeredBy(connection);
  if (!settings.auth_username || offered.length === 0) return;
  const password = await secretOr(settings.auth_password, settings.auth_password_file, world);
  const secret = await secretOr(settings.auth_secret, settings.auth_secret_file, world);
  const closed = connection.secure || ['localhost', '127.0.0.1', '::1'].includes(host);
  const user = settings.auth_username;
  const ways: Record<string, string> = {
    'CRAM-MD5': secret,
    PLAIN: closed ? password : '', // RFC 4616 §1: never where others can read it
    LOGIN: password,
  };
  const method = offered.find((one) => ways[one]);
  if (!method) throw noWay(offered, closed);
  const login = { method, user, pass: ways[method] ?? '' };
  const { auth_identity: identity } = settings;
  if (method === 'PLAIN' && identity) await plainFor(identity, connection, login);
  else await loggedIn(connection, login);
}

/** RFC 4954 §3; `AUTH=` is how servers older than that wrote it. */
function offeredBy({ lastServerResponse }: SMTPConnection): readonly string[] {
  const line = /^250[ -]AUTH[ =](.*)$/im.exec(lastServerResponse || '')?.[1] ?? '';
  return line.toUpperCase().split(/\s+/).filter(Boolean);
}

const noWay = (offered: readonly string[], closed: boolean): SendFault => {
  const open = closed ? '' : ' (PLAIN is not used without TLS)';
  return new SendFault(
    `no way to sign in: the server offers ${offered.join(', ') || 'none'}${open}; CRAM-MD5 ` +
      'needs auth_secret, LOGIN and PLAIN need auth_password',
    false,
  );
};

const loggedIn = (connection: SMTPConnection, login: Login): Promise<void> =>
  new Promise((resolve, reject) => {
    connection.login({ ...login }, (error) => (error ? reject(error) : resolve()));
  });

/** PLAIN on behalf of another identity (RFC 4616 §2), which nodemailer leaves out. */
function plainFor(identity: string, connection: SMTPConnection, login: Login): Promise<void> {
  const { user, pass } = login;
  const line = Buffer.from(`${identity}\0${user}\0${pass}`).toString('base64');
  connection.customAuth.set('PLAIN', async (talk) => {
    const reply = await talk.sendCommand(`AUTH PLAIN ${line}`);
    if (reply.status !== 235) talk.reject(new Error('Invalid login'));
  });
  return loggedIn(connection, login);
}

const takenOf = (info: SMTPConnectionSendInfo): Taken => ({
  by: info.accepted,
  refused: (info.rejectedErrors ?? []).map((error) => {
    const code = error.responseCode ?? 0;
    return { code, final: error.permanent === true };
  }),
  words: info.response,
});

/**
 * A reply of 5xx is final but 503, which speaks of the session (RFC 5321 §4.2.1); all else may
 * pass. What a server says to a sign-in may repeat what was sent: of that only the code is kept.
 */
function faultOf(error: unknown): unknown {
  if (error instanceof SendFault || !(error instanceof Error)) return error;
  const { code, responseCode, permanent, command = '' } = error as NodemailerError;
  if (code === 'EAUTH') {
    return new SendFault(
      `the server refused the sign-in (${command}${responseCode ? `: ${responseCode}` : ''})`,
      permanent === true,
    );
  }
  if (code === 'ETLS' && responseCode !== undefined) {
    return new SendFault(
      `require_tls is set, but the server does not take STARTTLS (${responseCode})`,
      false,
    );
  }
  if (responseCode !== undefined) return new SendFault(error.message, permanent === true);
  const { originalCode } = error as NodemailerError;
  if (originalCode) return new SendFault(faultWords(withCode(error, originalCode)), false);
  const final = code === 'EMESSAGE' || code === 'EENVELOPE'; // our own check: too large, no address
  return new SendFault(error.message, final);
}

const withCode = (error: Error, code: string): Error =>
  Object.assign(new Error(error.message), { code });
