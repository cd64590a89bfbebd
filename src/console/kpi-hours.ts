import { type Html, html } from '../base/html.ts';
import { type Instant, instantText } from '../base/time.ts';
import type { KpisView } from '../desk/views/kpis.ts';
import { counted } from '../desk/views/words.ts';

const HOUR_MS = 3_600_000;
const HOURS = 24;

/** Days that are drawn: the last ones. */
const DAYS_MAX = 92;

const [LEFT, TOP, CELL_W, CELL_H, GAP] = [62, 14, 24, 14, 2];

/** Alarms of an hour above which a cell looks so: per hour 6 is fine, 12 the most, 30 too many. */
const STEPS = [0, 6, 12, 30] as const;
const STEP_SAYS = ['1–6', '7–12', '13–30', 'over 30'] as const;

const stepOf = (n: number): number => STEPS.filter((from) => n > from).length;

/** One cell an hour, one row a day, the newest above: where floods and quiet nights are seen. */
export function kpiHours({ from, to, period }: KpisView): Html {
  const last = Math.floor((to - 1) / HOUR_MS / HOURS);
  const first = Math.max(Math.floor(from / HOUR_MS / HOURS), last - DAYS_MAX + 1);
  const counts = new Map(period.hours.map(({ hour, announced }) => [hour, announced]));
  const days = Array.from({ length: last - first + 1 }, (_, i) => last - i);
  const width = LEFT + HOURS * (CELL_W + GAP);
  const height = TOP + days.length * (CELL_H + GAP);
  const most = Math.max(0, ...counts.values());
  return html`<div class="scroll"><svg class="kpi-hours" viewBox="0 0 ${width} ${height}" role="img"
aria-label="Alarms announced in each hour of ${counted(days.length, 'day')}, UTC. The most in one
hour: ${most}.">
${[0, 6, 12, 18].map(
  (hour) => html`<text x="${LEFT + hour * (CELL_W + GAP)}" y="10">${two(hour)}:00</text>`,
)}
${days.map((day, row) => dayRow(day, row, counts))}</svg></div>
<p class="kpi-key quiet small">Alarms an hour, UTC: ${STEP_SAYS.map(
    (says, i) =>
      html`<span><svg viewBox="0 0 12 12" aria-hidden="true"><rect class="step-${
        i + 1
      }" width="12" height="12"/></svg>${says}</span>`,
  )}</p>`;
}

const two = (n: number): string => String(n).padStart(2, '0');

function dayRow(day: number, row: number, counts: ReadonlyMap<number, number>): Html {
  const y = TOP + row * (CELL_H + GAP);
  const date = instantText((day * HOURS * HOUR_MS) as Instant).slice(0, 10);
  const cells = Array.from({ length: HOURS }, (_, hour) => {
    const n = counts.get(day * HOURS + hour) ?? 0;
    const says = n > 0 && html`<title>${date} ${two(hour)}:00 UTC: ${counted(n, 'alarm')}</title>`;
    return html`<rect class="step-${stepOf(n)}" x="${LEFT + hour * (CELL_W + GAP)}" y="${y}"
width="${CELL_W}" height="${CELL_H}">${says}</rect>`;
  });
  return html`<text x="0" y="${y + CELL_H - 3}">${date}</text>${cells}`;
}
