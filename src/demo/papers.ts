import { DeskError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { after, hours, millis } from '../base/time.ts';
import type { Accounts } from '../desk/accounts.ts';
import type { Desk } from '../desk/desk.ts';
import { askDocument } from '../desk/documents.ts';
import type { ActOutcome } from '../desk/entry.ts';
import { begunNote } from '../desk/handovers.ts';
import { startRun } from '../desk/runs.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import type { TemplateFile } from '../domain/document/template.ts';
import type { HandoverNoteId } from '../domain/handover/note.ts';
import type { IncidentId } from '../domain/incident/incident.ts';
import type { RunbookFile } from '../domain/run/runbook.ts';
import type { PersonOf } from './demo.ts';

export interface PaperParts {
  readonly desk: Desk;
  readonly accounts: Accounts;
  readonly log: Log;
  readonly templates: readonly TemplateFile[];
  readonly runbooks: readonly RunbookFile[];
}

/** The shift that ends now, as far back as it went. */
const SHIFT = millis(-hours(9));

/** The alarm about which a NOC has most to write: a cut fibre. */
const CUT = 'fra-core-1/et-0/0/9';

/** What a shift leaves in writing: an incident with its review, a run, notes for the next shift. */
export async function writePapers(parts: PaperParts, personOf: PersonOf): Promise<void> {
  const [ada, nora] = [personOf('ada'), personOf('nora')];
  const made = async (what: () => Promise<Made>): Promise<string> => {
    try {
      const told = await what();
      if ('made' in told && told.made !== undefined) return told.made;
      parts.log.warn('demo.refused', { code: 'ACTION_REFUSED' });
    } catch (error) {
      if (!(error instanceof DeskError)) throw error;
      parts.log.warn('demo.refused', { code: error.code });
    }
    return '';
  };
  const incident = await made(() => openIncident(parts, nora));
  if (incident !== '') await made(() => review(parts, nora, incident as IncidentId));
  await made(() => forTheVendor(parts, ada));
  const run = await made(() => restart(parts, nora));
  if (run !== '') {
    const tick = { verb: 'run.tick', step: 0, how: 'done', note: 'Nobody works there.' } as const;
    await parts.desk.act(nora, { ...tick, run });
  }
  const note = await made(() => handOver(parts, ada));
  if (note !== '') {
    const to = { is: 'person', person: nora } as const;
    const handover = note as HandoverNoteId;
    await parts.desk.act(ada, { verb: 'handover.offer', person: ada, handover, to });
  }
}

type Made = ActOutcome | { readonly made: string } | { readonly lacks: readonly unknown[] };

const cut = ({ desk }: Pick<PaperParts, 'desk'>) =>
  [...desk.memory.all('alarms')].find(({ resource }) => resource === CUT);

function openIncident({ desk }: PaperParts, lead: UserId): Promise<Made> {
  const alarm = cut({ desk });
  return desk.act(lead, {
    ...{ verb: 'incident.open', title: 'Fibre cut between Frankfurt and Milan', lead },
    alarms: alarm ? [alarm.id] : [],
    note: 'The carrier has a splicing team on the road.',
  });
}

const review = (parts: PaperParts, by: UserId, incident: IncidentId): Promise<Made> =>
  askDocument(parts, parts.templates, by, {
    ...{ template: 'review', incident },
    asked: {
      summary: 'An excavator cut the fibre near Basel. Traffic went over Paris within a second.',
      impact: 'Nobody was cut off; Milan had half its capacity.',
      contributing_factors: 'One duct for both fibres\nThe second path is planned, not built',
      went_well: 'The carrier was on site in forty minutes',
    },
  });

const forTheVendor = (parts: PaperParts, by: UserId): Promise<Made> =>
  askDocument(parts, parts.templates, by, {
    template: 'hand-over',
    asked: { watch: 'gdn-access-1 runs on two fan trays; the vendor comes in the morning.' },
  });

function restart(parts: PaperParts, by: UserId): Promise<Made> {
  const alarm = cut(parts);
  return startRun(parts.desk, parts.runbooks, by, {
    runbook: 'restart-port',
    ...(alarm && { alarm: alarm.id }),
    parameters: { port: 'et-0/0/9' },
    why: 'The carrier says light is back, the port says no.',
  });
}

async function handOver({ desk }: PaperParts, person: UserId): Promise<Made> {
  const begun = await begunNote(desk, person, after(desk.clock.now(), SHIFT));
  const text = 'The fibre to Milan is cut; the carrier splices. Osl has electricians until noon.';
  return desk.act(person, { ...begun, text: [text, begun.text].filter(Boolean).join('\n\n') });
}
