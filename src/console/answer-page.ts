import { type Html, html } from '../base/html.ts';
import type { Instant } from '../base/time.ts';
import { nextText } from '../desk/views/pages.ts';
import type { NameOf } from '../desk/views/words.ts';
import type { Page } from '../domain/escalation/page.ts';
import { severityMark, timeTag } from './parts.ts';
import type { Site } from './site.ts';

export interface AnswerLinkView {
  readonly page: Page;
  /** Whom the link was sent to. */
  readonly person: string;
  /** Where the button posts to. */
  readonly action: string;
  readonly waits: boolean;
  readonly fault: string;
  readonly nameOf: NameOf;
  readonly now: Instant;
}

/** Alarms named on a page that is read on a phone at night. */
const ALARMS_MAX = 20;

/** What somebody sees who was woken: what it is, one button, and what happens without it. */
export function answerBody(site: Site, view: AnswerLinkView): Html {
  const { page, person, waits, fault } = view;
  return html`${fault !== '' && html`<p class="fault" role="alert">${fault}</p>`}
<div class="card stack wake">${waits ? asks(view) : over(view)}
<ul class="plain-list">${page.alerts.slice(0, ALARMS_MAX).map(
    ({
      alarm,
      severity,
      text,
      labels,
      annotations,
    }) => html`<li>${severityMark(severity, 'waiting')} <a
href="${site.prefix}/${page.run ? 'runs' : 'alarms'}/${alarm}">${
      page.run && 'Run: '
    }${labels['alertname'] ?? ''}${
      labels['instance'] !== undefined && html` on <b>${labels['instance']}</b>`
    }</a>${text !== '' && html`<br>${text}`}${
      annotations['caution'] !== undefined && html`<br><b>Caution:</b> ${annotations['caution']}`
    }</li>`,
  )}</ul>${
    page.alerts.length > ALARMS_MAX && html`<p>and ${page.alerts.length - ALARMS_MAX} more</p>`
  }
<p class="quiet small">This link was sent to ${person}, for this page alone. It ends with it.</p>
</div>`;
}

function asks({ page, action, nameOf, now }: AnswerLinkView): Html {
  const next = nextText(page, nameOf);
  const { climbsAt } = page;
  return html`<form method="post" action="${action}"><button class="main big">I have it</button>
</form><p>${
    climbsAt === undefined
      ? html`Everybody was told, and nobody has answered.`
      : next === ''
        ? html`You are the last who is told. Nobody answering, it ends ${timeTag(
            climbsAt,
            'left',
            now,
          )}.`
        : html`Without an answer, ${next} is told ${timeTag(climbsAt, 'left', now)}.`
  }</p>`;
}

function over({ page: { answer, endedAt }, nameOf, now }: AnswerLinkView): Html {
  if (answer)
    return html`<p role="status"><b>${nameOf(answer.by)} has it</b>, since ${timeTag(
      answer.at,
      'ago',
      now,
    )}. Nobody else is woken.</p>`;
  return html`<p role="status"><b>It is over</b>${
    endedAt !== undefined && html`, since ${timeTag(endedAt, 'ago', now)}`
  }. There is nothing to answer.</p>`;
}
