import { CHANNELS } from '../channels/index.ts';
import type { WebhookMessage } from '../channels/webhook.ts';
import { settingsFrom } from '../config/receivers.ts';
import type { ConfigDocument } from '../desk/entry.ts';
import type { Ways } from '../desk/outbox.ts';
import { answerPath, answerProof } from '../desk/pages/answer-link.ts';
import { dutyWords } from '../desk/views/duty-words.ts';
import { shiftWords } from '../desk/views/shift-words.ts';
import type { ContactKind } from '../domain/escalation/page.ts';
import type { HeldPage, Notice, NoticePage, WayRef } from '../domain/routing/notice.ts';
import type { Channel, Rendering } from '../ports/channel.ts';
import { CODE_LIMITS, type People } from '../ports/people.ts';
import { plainRendering, rendering } from '../template/rendering.ts';
import { parseTemplates } from '../template/set.ts';
import type { Core } from './core.ts';
import { revealed, type WaysParts, worldOf } from './ways.ts';

const PREFIX = 'contact/';

/** What pages say, whatever templates a configuration has: they must never fail. */
const TEXTS = [
  '{{ define "page.count" }}{{ len .Alerts }} ',
  '{{ if eq (len .Alerts) 1 }}alarm{{ else }}alarms{{ end }}{{ end }}',
  '{{ define "page.subject" }}{{ if .Page }}{{ if .Page.Subject }}{{ .Page.Subject }}{{ else }}',
  'Answer please: {{ template "page.what" . }}{{ end }}{{ else }}',
  'Test: {{ template "page.what" . }}{{ end }}{{ end }}',
  '{{ define "page.what" }}{{ with index .Alerts 0 }}{{ .Labels.alertname }}',
  '{{ with .Labels.instance }} on {{ . }}{{ end }}{{ end }}',
  '{{ if gt (len .Alerts) 1 }} ({{ template "page.count" . }}){{ end }}{{ end }}',
  '{{ define "page.lines" }}{{ range .Alerts }}* {{ .Labels.alertname }}',
  '{{ with .Labels.instance }} on {{ . }}{{ end }}{{ with .Labels.severity }} ({{ . }}){{ end }}',
  '{{ with .Annotations.summary }}: {{ . }}{{ end }}\n',
  '{{ with .Annotations.caution }}  Caution: {{ . }}\n{{ end }}{{ end }}{{ end }}',
  '{{ define "page.text" }}{{ if .Page }}{{ if .Page.Text }}{{ .Page.Text }}{{ else }}',
  '{{ template "page.lines" . }}{{ template "page.answer" . }}{{ end }}',
  '{{ else }}{{ template "page.lines" . }}{{ end }}{{ end }}',
  '{{ define "page.answer" }}\n',
  'I have it: {{ .Page.AnswerURL }}\n',
  '{{ with .Page.RunURL }}The run that asks: {{ . }}\n{{ end }}',
  'You are told because you are {{ .Page.Why }}; policy {{ .Page.Policy }}. ',
  'Without an answer the next ones are woken.\n{{ end }}',
].join('');

type WaysCore = Pick<Core, 'desk' | 'accounts' | 'clock' | 'log'>;

/** Where people are told who are paged: an address out of `people`, a channel's usual settings. */
export function contactWays(
  document: ConfigDocument,
  core: WaysCore,
  parts: Omit<WaysParts, 'core'>,
): Ways {
  const read = parseTemplates([{ name: 'pages', text: TEXTS }]);
  if ('faults' in read) throw new Error(JSON.stringify(read.faults));
  const { people } = core.accounts;
  const whole = { ...parts, core };
  const rendered = (notice: Notice): Rendering => {
    const options = { now: notice.at, externalUrl: parts.homeUrl() };
    return rendering(read, notice, options, pageData(notice, parts.homeUrl(), core));
  };
  return (to: WayRef) => {
    const contact = core.desk.memory.get('contacts', to.receiver.slice(PREFIX.length));
    const address = contact && people.address(contact.id);
    const channel = CHANNELS.find(({ name }) => name === contact?.kind);
    if (!contact || !address || !channel || contact.kind !== to.kind) return undefined;
    const given = settingsOf(contact.kind, address.address);
    return {
      channel: contact.kind === 'webhook' ? asFields(channel) : channel,
      settings: revealed(settingsFrom(channel, given, document.global), parts.secrets),
      rendering: rendered,
      plainRendering: (notice, fault) => plainRendering(rendered(notice), fault),
      // A person writes the address: it may not lead into the desk's own network.
      world: (signal) => worldOf(whole, 'guarded', signal),
      timeout: parts.settings.sendTimeout,
      sendsMax: parts.settings.sendsPerWayMax,
    };
  };
}

export const isContact = (to: WayRef): boolean => to.receiver.startsWith(PREFIX);

const SUBJECT = '{{ template "page.subject" . }}';
const TEXT = '{{ template "page.text" . }}';
const CLICK = '{{ if .Page }}{{ .Page.AnswerURL }}{{ else }}{{ .ExternalURL }}{{ end }}';

/** A program gets what a person reads as fields; a payload of templates would read it as YAML. */
const asFields = (channel: Channel): Channel => ({
  ...channel,
  render: ({ id, alerts }, settings, { text }): WebhookMessage => {
    const [title, words, answer_url] = [text(SUBJECT), text(TEXT), text(CLICK)];
    const body = JSON.stringify({ title, text: words, answer_url, alarms: alerts.length });
    return { id, url: (settings as { readonly url: string }).url, body };
  },
});

/** What a message to a person is made with, beside what `global` says. */
function settingsOf(kind: ContactKind, address: string): Readonly<Record<string, unknown>> {
  switch (kind) {
    case 'email':
      return {
        to: literal(address),
        headers: { Subject: SUBJECT, Importance: 'high' },
        html: '',
        text: TEXT,
      };
    case 'telegram':
      return { chat_id: Number(address), message: `${SUBJECT}\n\n${TEXT}`, parse_mode: '' };
    case 'ntfy': {
      const cut = address.lastIndexOf('/');
      const [url, topic] = [address.slice(0, cut), address.slice(cut + 1)];
      return {
        url,
        topic: literal(topic),
        title: SUBJECT,
        message: TEXT,
        priority: '5',
        click: CLICK,
      };
    }
    case 'webhook':
      return { url: address };
  }
}

/** Taken as it is, whatever marks of templates stand in it. */
const literal = (text: string): string =>
  text.includes('{{') ? `{{ ${JSON.stringify(text)} }}` : text;

function pageData({ duty, shift, page, to }: Notice, homeUrl: string, core: WaysCore) {
  const { people } = core.accounts;
  if (duty) {
    const name = core.desk.memory
      .get('duties', 'duty')
      ?.duty.schedules.find((one) => one.name === duty.schedule)?.zone;
    const zone = { name: name ?? 'UTC', table: core.desk.memory.get('zones', name ?? 'UTC') };
    const { subject, text } = dutyWords(duty, zone, (id) => core.accounts.name(id));
    const AnswerURL = `${homeUrl}/oncall`;
    return { Subject: subject, Text: `${text}\n\n${AnswerURL}\n`, AnswerURL };
  }
  if (shift) {
    const { subject, text } = shiftWords(shift, (id) => core.accounts.name(id));
    const AnswerURL = `${homeUrl}/hand-overs/${shift.note}`;
    return { Subject: subject, Text: `${text}\n\n${AnswerURL}\n`, AnswerURL };
  }
  if (!page) return codeData(to, homeUrl, people);
  const linkOf = (id: string): string =>
    homeUrl + answerPath(id, page.person, people.proof(answerProof(id, page.person)));
  if (page.others) return bundleData(page, page.others, homeUrl, linkOf);
  const AnswerURL = linkOf(page.id);
  const data = { ID: page.id, AnswerURL, Why: page.why, Policy: page.policy };
  return page.run === undefined ? data : { ...data, RunURL: `${homeUrl}/runs/${page.run}` };
}

/** Pages that one message names; the rest are counted. */
const NAMED_MAX = 10;

/** Many pages at once: each with its link, so that whoever has the phone can answer. */
function bundleData(
  { id, title = '' }: NoticePage,
  others: readonly HeldPage[],
  homeUrl: string,
  linkOf: (id: string) => string,
) {
  const all = [{ id, title }, ...others];
  const lines = all.slice(0, NAMED_MAX).map((page) => `* ${page.title}\n  ${linkOf(page.id)}`);
  const more = all.length - lines.length;
  const AnswerURL = `${homeUrl}/pages`;
  const rest = more > 0 ? [`and ${more} more: ${AnswerURL}`] : [];
  const why = 'They came at once and were held back so as to be one message. Each has its answer:';
  const Text = `${[why, ...lines, ...rest].join('\n')}\n`;
  return { Subject: `Answer please: ${all.length} pages wait for you`, Text, AnswerURL };
}

/**
 * A test of an address that is not verified brings a code. It is looked up now: no entry holds it.
 * The templates ask whether anything is there.
 */
function codeData(to: WayRef, homeUrl: string, people: Pick<People, 'codeOf'>) {
  const code = people.codeOf(to.receiver.slice(PREFIX.length));
  if (code === undefined) return {};
  const AnswerURL = `${homeUrl}/me`;
  const Text = [
    'This is a test of the way from the desk to you. Nothing is wrong.',
    `Enter this code beside the address, within ${CODE_LIMITS.life_minutes} minutes: ${code}`,
    `${AnswerURL}\n`,
  ].join('\n');
  return { Subject: `Test: your code is ${code}`, Text, AnswerURL };
}
