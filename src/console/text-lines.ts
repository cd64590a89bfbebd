import { type Html, html } from '../base/html.ts';

/** Lines drawn of one text; the rest is said, not shown. */
export const LINES_SHOWN_MAX = 5_000;

/** Lines that are the same, drawn around each that differs. */
const AROUND = 3;

/** Something wrong in a text, where a person finds it. Counted from 1. */
export interface TextFault {
  readonly line: number;
  readonly column: number;
  readonly why: string;
}

export interface ComparedLine {
  readonly is: 'same' | 'added' | 'removed';
  readonly text: string;
  readonly before?: number;
  readonly after?: number;
}

/** A text with line numbers, each line a place that can be linked to: `#line-12`. */
export function numbered(text: string, label: string, faults: readonly TextFault[] = []): Html {
  const lines = text.replace(/\n$/, '').split('\n');
  const drawn = lines.slice(0, LINES_SHOWN_MAX).map((line, i) => {
    const here = faults.filter((fault) => fault.line === i + 1);
    const notes = here.map(
      ({ column, why }) => html`<span class="note">column ${column}: ${why}</span>`,
    );
    return html`<span class="line${here.length > 0 && ' at-fault'}" id="line-${i + 1}"
data-n="${i + 1}"><span>${line}
</span>${notes}</span>`;
  });
  const more = lines.length - drawn.length;
  return html`<pre class="code" role="region" aria-label="${label}" tabindex="0">${drawn}</pre>
${more > 0 && html`<p class="quiet">and ${more} lines more.</p>`}`;
}

/** What differs, with a few lines around it. Signs stand for colours as well. */
export function comparison(lines: readonly ComparedLine[], label: string): Html {
  if (lines.every(({ is }) => is === 'same')) return html`<p>The texts are the same.</p>`;
  const near = new Set<number>();
  lines.forEach((line, at) => {
    if (line.is === 'same') return;
    for (let i = at - AROUND; i <= at + AROUND; i++) near.add(i);
  });
  const drawn: Html[] = [];
  let last = -1;
  let left = 0;
  for (const [at, line] of lines.entries()) {
    if (!near.has(at)) continue;
    if (drawn.length >= LINES_SHOWN_MAX) {
      left++;
      continue;
    }
    if (at !== last + 1)
      drawn.push(html`<span class="line gap" data-n=" ">…
</span>`);
    last = at;
    drawn.push(differing(line));
  }
  return html`<p class="quiet">${sumText(lines)}</p>
<pre class="code" role="region" aria-label="${label}" tabindex="0">${drawn}</pre>
${left > 0 && html`<p class="quiet">and ${left} lines more.</p>`}`;
}

function differing({ is, text, before, after }: ComparedLine): Html {
  const n = after ?? before ?? '';
  if (is === 'same')
    return html`<span class="line" data-n="${n}"><span>  ${text}
</span></span>`;
  return is === 'added'
    ? html`<span class="line added" data-n="${n}"><ins>+ ${text}
</ins></span>`
    : html`<span class="line removed" data-n="${n}"><del>- ${text}
</del></span>`;
}

function sumText(lines: readonly ComparedLine[]): string {
  const many = (is: ComparedLine['is']): number => lines.filter((line) => line.is === is).length;
  const added = many('added');
  return `${added} line${added === 1 ? '' : 's'} added (+), ${many('removed')} removed (-).`;
}
