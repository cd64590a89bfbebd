import { randomInt, timingSafeEqual } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../base/clock.ts';
import { after, type Instant, minutes } from '../base/time.ts';
import { CODE_LIMITS, type People } from '../ports/people.ts';

/** Third version of the schema: codes that prove that messages to an address are read. */
export const CODES_SCHEMA = `
create table codes (
  id text primary key, code text not null, until_ms integer not null, tries integer not null
) strict;`;

interface CodeRow {
  code: string;
  until_ms: number;
  tries: number;
}

const LIFE = minutes(CODE_LIMITS.life_minutes);

/** Codes of addresses, by the address's id. One that lives is not replaced: nor are its tries. */
export function openCodes(
  db: DatabaseSync,
  clock: Clock,
  durably: (write: () => void) => void,
): Pick<People, 'makeCode' | 'codeOf' | 'tryCode'> {
  const put = db.prepare(
    'insert or replace into codes (id, code, until_ms, tries) values (?, ?, ?, 0)',
  );
  const find = db.prepare('select code, until_ms, tries from codes where id = ?');
  const tried = db.prepare('update codes set tries = tries + 1 where id = ?');
  const drop = db.prepare('delete from codes where id = ?');
  const sweep = db.prepare('delete from codes where until_ms <= ?');
  const live = (id: string): CodeRow | undefined => {
    const row = find.get(id) as CodeRow | undefined;
    return row && row.until_ms > clock.now() ? row : undefined;
  };
  return {
    makeCode(id) {
      if (live(id)) return;
      const code = String(randomInt(10 ** CODE_LIMITS.digits)).padStart(CODE_LIMITS.digits, '0');
      const until: Instant = after(clock.now(), LIFE);
      durably(() => {
        sweep.run(clock.now());
        put.run(id, code, until);
      });
    },
    codeOf: (id) => live(id)?.code,
    tryCode(id, given) {
      const row = live(id);
      if (!row || row.tries >= CODE_LIMITS.tries_max) return 'none';
      if (!same(row.code, given)) {
        durably(() => tried.run(id));
        return row.tries + 1 >= CODE_LIMITS.tries_max ? 'none' : 'wrong';
      }
      durably(() => drop.run(id));
      return 'right';
    },
  };
}

function same(code: string, given: string): boolean {
  const [is, said] = [Buffer.from(code), Buffer.from(given)];
  return is.length === said.length && timingSafeEqual(is, said);
}
