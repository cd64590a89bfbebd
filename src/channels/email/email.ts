import { millis } from '../../base/time.ts';
import { talk } from '../../net/talk.ts';
import type { Channel, SendResult, SendWorld } from '../../ports/channel.ts';
import { bytesOf, type Mail, mailOf } from './mail.ts';
import { EMAIL_LIMITS, faults, globals, type Settings, settings } from './settings.ts';
import { converse, type Taken } from './smtp.ts';

export const email: Channel<Settings, Mail> = {
  name: 'email',
  summary: 'Sends mail over SMTP, with STARTTLS or TLS, in HTML and text, threaded by group.',
  tried: 'real counterpart',
  settings,
  globals,
  sendResolved: false,
  faults,
  render: mailOf,
  send: (mail, given, world) =>
    talk(settings, { ...given, http_config: {} }, world, millis(0), ({ world: own }) =>
      post(mail, given, own),
    ),
};

/**
 * Who took a mail already. Some recipients may be put off (450) while others were served: the
 * next try leaves those out. Only a restart in between may serve somebody twice.
 */
const served = new Map<string, Set<string>>();

async function post(mail: Mail, given: Settings, world: SendWorld): Promise<SendResult> {
  if (mail.fault !== undefined) return { is: 'never', why: mail.fault };
  const already = served.get(mail.boundary) ?? new Set<string>();
  const to = mail.to.filter((address) => !already.has(address));
  if (to.length === 0) return { is: 'sent', detail: 'all recipients had it already' };
  const taken = await converse(mail.from, to, await bytesOf(mail), given, world);
  const waiting = taken.refused.filter(({ final }) => !final);
  if (waiting.length === 0) served.delete(mail.boundary);
  else remember(mail.boundary, [...already, ...taken.by]);
  return verdict(mail, taken, waiting.length);
}

function remember(mail: string, addresses: readonly string[]): void {
  served.delete(mail);
  served.set(mail, new Set(addresses));
  for (const oldest of served.keys()) {
    if (served.size <= EMAIL_LIMITS.remembered_max) break;
    served.delete(oldest);
  }
}

function verdict(mail: Mail, { refused, words }: Taken, waiting: number): SendResult {
  if (refused.length === 0) return { is: 'sent', detail: words };
  const codes = refused.map(({ code }) => code).join(', ');
  const told = `${refused.length} of ${mail.to.length} recipients refused (${codes})`;
  if (waiting > 0) return { is: 'later', why: `${told}; the others have it` };
  return { is: 'sent', detail: `${told}: ${words}` };
}
