import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** WCAG 2.2 AA, and what axe's makers call best practice: landmarks, headings and the like. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const ALL: Kept = { runOnly: { type: 'tag', values: TAGS } };
const COLOUR_RULE = 'color-contrast';
/** What another scheme can break. */
export const COLOURS: Kept = { runOnly: { type: 'rule', values: [COLOUR_RULE] } };
/** All the others: the colours take as long as these together. */
export const BUT_COLOURS: Kept = { ...ALL, rules: { [COLOUR_RULE]: { enabled: false } } };
/** What another width can break. */
export const SIZES: Kept = {
  runOnly: { type: 'rule', values: ['target-size', 'scrollable-region-focusable'] },
};

/** Which rules a look is kept to. */
interface Kept {
  readonly runOnly: { readonly type: 'tag' | 'rule'; readonly values: readonly string[] };
  readonly rules?: Readonly<Record<string, { readonly enabled: boolean }>>;
}

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/**
 * Evaluated on the page: marks what has text in it and is drawn like nothing in `known`. How it is
 * drawn is one number of its own tag and attributes and those of all that it lies in.
 */
const MARK_NEW = `(known) => {
  const own = new Set(known);
  const isKept = ({ name, value }) =>
    !/^(id|for|href|src|value|name|title|datetime|action|style)$/.test(name) && !/\\d/.test(value);
  const said = (e) => e.localName + [...e.attributes].filter(isKept).map((a) => a.name + a.value) +
    (e.localName === 'tr' ? [...e.parentElement.children].indexOf(e) % 2 : '') + '<';
  const sums = new Map([[null, 0x811c9dc5]]);
  const drawn = (e) => {
    let sum = sums.get(e);
    if (sum !== undefined) return sum;
    sum = drawn(e.parentElement);
    for (const c of said(e)) sum = Math.imul(sum ^ c.codePointAt(0), 0x01000193);
    sums.set(e, sum);
    return sum;
  };
  const fresh = [...document.body.querySelectorAll('*')].filter((e) => {
    if (![...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim())) return false;
    const isNew = !own.has(drawn(e));
    own.add(drawn(e));
    return isNew;
  });
  for (const e of fresh) e.setAttribute('data-axe-new', '');
  return fresh.map(drawn);
}`;

/**
 * Marks on the page what has text and is drawn like nothing that `known` holds, which then holds
 * it too. True when there is any: `NEW` is what a look may be kept to.
 */
export async function markNew(page: Page, known: Set<number>): Promise<boolean> {
  const found = await page.evaluate<number[]>(`(${MARK_NEW})(${JSON.stringify([...known])})`);
  for (const drawn of found) known.add(drawn);
  return found.length > 0;
}
export const NEW = '[data-axe-new]';

/** One line for each fault on the page as it stands, or on what `on` selects. */
export async function faultsOn(
  page: Page,
  where: string,
  kept = ALL,
  on?: string,
): Promise<readonly string[]> {
  if (await page.evaluate('typeof axe === "undefined"')) await page.evaluate(AXE);
  // The style sheets are not asked for again: no rule that is run reads them.
  const options = JSON.stringify({ ...kept, resultTypes: ['violations'], preload: false });
  const { violations } = await page.evaluate<{ violations: readonly Violation[] }>(
    `axe.run(${on ? JSON.stringify(on) : 'document'}, ${options})`,
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.slice(0, 3).map(({ html, failureSummary }) => {
      const why = failureSummary.split('\n').slice(1, 2).join(' ').trim();
      return `${where}: ${id}: ${html.slice(0, 160)} (${why.slice(0, 200)})`;
    }),
  );
}
