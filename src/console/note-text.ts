import { type Html, html } from '../base/html.ts';
import { webLink } from './parts.ts';

/**
 * A text as people write notes: headings begin with #, items with - or *, a blank line ends a
 * paragraph, and addresses can be followed. Everything else is shown as it was typed.
 */
export function noteText(text: string): Html {
  const blocks = text.replace(/\r\n?/g, '\n').split(/\n{2,}/);
  return html`<div class="note-text">${blocks.flatMap((block) => pieces(block.split('\n')))}</div>`;
}

const HEADING = /^#{1,6}\s+(.*)$/;
const ITEM = /^\s*[-*]\s+(.*)$/;

/** Lines of one kind that follow each other are drawn together. */
function pieces(lines: readonly string[]): readonly Html[] {
  const drawn: Html[] = [];
  let plain: string[] = [];
  let items: string[] = [];
  const end = (): void => {
    if (plain.length > 0) drawn.push(html`<p>${joined(plain)}</p>`);
    if (items.length > 0)
      drawn.push(html`<ul>${items.map((one) => html`<li>${inline(one)}</li>`)}</ul>`);
    plain = [];
    items = [];
  };
  for (const line of lines) {
    const [, title] = HEADING.exec(line) ?? [];
    const [, item] = ITEM.exec(line) ?? [];
    if (title !== undefined || (item !== undefined && plain.length > 0)) end();
    if (title !== undefined) drawn.push(html`<h3>${inline(title)}</h3>`);
    else if (item !== undefined) items.push(item);
    else if (items.length > 0 && /^\s+\S/.test(line)) items.push(`${items.pop()} ${line.trim()}`);
    else if (line.trim() !== '') {
      if (items.length > 0) end();
      plain.push(line);
    }
  }
  end();
  return drawn;
}

const joined = (lines: readonly string[]): Html =>
  html`${lines.map((line, i) => html`${i > 0 && html`<br>`}${inline(line)}`)}`;

const inline = (line: string): Html =>
  html`${line
    .split(/(https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)\]])/)
    .map((part, i) => (i % 2 === 1 ? webLink(part) : part))}`;
