import { createHash } from 'node:crypto';
import addressparser from 'nodemailer/lib/addressparser';
import MailComposer from 'nodemailer/lib/mail-composer';
import { cut } from '../../base/text.ts';
import type { Instant } from '../../base/time.ts';
import type { Notice } from '../../domain/routing/notice.ts';
import type { Rendering } from '../../ports/channel.ts';
import { EMAIL_LIMITS, type Settings } from './settings.ts';

/** A mail as it goes out, but for its encoding. */
export interface Mail {
  /** Envelope: bare addresses. */
  readonly from: string;
  readonly to: readonly string[];
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Same bytes at each try: the boundary between the parts is fixed here. */
  readonly boundary: string;
  readonly text: string;
  readonly html: string;
  /** Why it cannot be sent: templates made something that is no address. */
  readonly fault?: string;
}

const SUBJECT = '{{ template "email.default.subject" . }}';

/** The mail of one notice. Addresses that are none are told when it is to be sent. */
export function mailOf(notice: Notice, settings: Settings, rendering: Rendering): Mail {
  const fromText = rendering.text(settings.from);
  const toText = rendering.text(settings.to);
  const [from, to] = [addressesIn(fromText), addressesIn(toText)];
  const fault = addressFault(from, to);
  const id = `${notice.id}.${notice.at}`;
  const own: [string, string][] = [
    ['From', fromText],
    ['To', toText],
    ['Message-ID', `<${id}@${domainOf(rendering.data.ExternalURL)}>`],
    ['Date', dateText(notice.at)],
    ['Auto-Submitted', 'auto-generated'], // RFC 3834 §5: nobody's out-of-office answers it
    ...threadOf(notice, settings),
  ];
  const given = Object.entries(settings.headers).map(([name, template]): [string, string] => [
    name,
    rendering.text(template),
  ]);
  const named = new Set(given.map(([name]) => name.toLowerCase()));
  if (!named.has('subject')) own.push(['Subject', rendering.text(SUBJECT)]);
  const headers = [...own.filter(([name]) => !named.has(name.toLowerCase())), ...given];
  const { text, html } = settings;
  return {
    from: from[0] ?? '',
    to,
    headers: headers.map(([name, value]) => [name, headerText(value)]),
    boundary: createHash('sha256').update(id).digest('hex').slice(0, 32),
    text: cut(rendering.text(text), EMAIL_LIMITS.body_chars_max),
    html: cut(rendering.html(html), EMAIL_LIMITS.body_chars_max),
    ...(fault !== undefined && { fault }),
  };
}

/** The mail in the form of RFC 5322 with MIME parts; no file and no address is ever read for it. */
export function bytesOf(mail: Mail): Promise<Buffer> {
  const { text, html } = mail;
  const composer = new MailComposer({
    // Addresses and subject among them: nodemailer encodes each header by its name.
    headers: mail.headers.map(([key, value]) => ({ key, value })),
    ...(text || !html ? { text } : {}),
    ...(html ? { html } : {}),
    baseBoundary: mail.boundary,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return composer.compile().build();
}

/** Printable, one @ with something on both sides, nothing that could end a command. */
const ADDRESS = /^[^\s@<>\p{Cc}]+@[^\s@<>\p{Cc}]+$/u;

const addressesIn = (text: string): readonly string[] => [
  ...new Set(addressparser(headerText(text), { flatten: true }).map(({ address }) => address)),
];

function addressFault(from: readonly string[], to: readonly string[]): string | undefined {
  const bad = [...from, ...to].filter((address) => !ADDRESS.test(address));
  if (bad.length > 0) return 'from and to: mail addresses separated by commas are expected';
  if (from.length !== 1) return `from: exactly one address is expected, not ${from.length}`;
  const most = EMAIL_LIMITS.recipients_max;
  if (to.length >= 1 && to.length <= most) return undefined;
  return `to: 1 to ${most} addresses are expected, not ${to.length}`;
}

/** One line: control characters, line ends above all, would begin a header of their own. */
const headerText = (value: string): string =>
  cut(value.replace(/\p{Cc}+/gu, ' ').trim(), EMAIL_LIMITS.header_chars_max);

function domainOf(externalUrl: string): string {
  const host = URL.canParse(externalUrl) ? new URL(externalUrl).hostname : '';
  return /^[a-z0-9.-]+$/i.test(host) ? host : 'tocsin.invalid';
}

/**
 * The thread's root is a Message-ID that no mail has: mail programs make a place for it, and so
 * the mails of a group come together whichever of them arrives first.
 */
function threadOf(notice: Notice, { threading }: Settings): [string, string][] {
  if (!threading.enabled) return [];
  const group = createHash('sha256').update(notice.groupKey).digest('hex').slice(0, 16);
  const daily = threading.thread_by_date !== 'none';
  const day = daily ? new Date(notice.at).toISOString().slice(0, 10) : '';
  const root = `<alert-${group}-${day}@tocsin>`;
  return [
    ['References', root],
    ['In-Reply-To', root],
  ];
}

/** RFC 5322 §3.3, in UTC: `Sat, 21 Nov 2026 11:00:00 +0000`. */
const dateText = (at: Instant): string => new Date(at).toUTCString().replace('GMT', '+0000');
