import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { DeskError } from '../base/errors.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import { type Address, PEOPLE_LIMITS, type People } from '../ports/people.ts';

/** Second version of the schema: addresses, and the key that links of messages are signed with. */
export const ADDRESSES_SCHEMA = `
create table addresses (
  id text primary key, user_id text not null, kind text not null, address text not null
) strict;
create index addresses_user on addresses (user_id);
create table keys (name text primary key, secret blob not null) strict;`;

interface AddressRow {
  id: string;
  user_id: string;
  kind: string;
  address: string;
}

const KEY_BYTES = 32;
/** 132 bits of the signature: short enough for a text message, too long to be guessed. */
const PROOF_CHARS = 22;

type Addresses = Pick<
  People,
  'setAddress' | 'address' | 'addressesOf' | 'dropAddress' | 'proof' | 'isProof'
>;

export function openAddresses(db: DatabaseSync, durably: (write: () => void) => void): Addresses {
  const set = db.prepare(
    'insert or replace into addresses (id, user_id, kind, address) values (?, ?, ?, ?)',
  );
  const find = db.prepare('select id, user_id, kind, address from addresses where id = ?');
  const of = db.prepare(
    'select id, user_id, kind, address from addresses where user_id = ? order by rowid',
  );
  const drop = db.prepare('delete from addresses where id = ?');
  const dropCode = db.prepare('delete from codes where id = ?');
  const key = linkKey(db, durably);
  const proof = (text: string): string =>
    createHmac('sha256', key).update(text).digest('base64url').slice(0, PROOF_CHARS);
  return {
    setAddress({ id, user, kind, address }) {
      checkAddress(address);
      durably(() => set.run(id, user, kind, address));
    },
    address: (id) => fromRow(find.get(id) as AddressRow | undefined),
    addressesOf: (user) =>
      (of.all(user) as unknown as AddressRow[]).flatMap((row) => fromRow(row) ?? []),
    dropAddress: (id) =>
      durably(() => {
        drop.run(id);
        dropCode.run(id);
      }),
    proof,
    isProof(text, given) {
      const [is, said] = [Buffer.from(proof(text)), Buffer.from(given)];
      return is.length === said.length && timingSafeEqual(is, said);
    },
  };
}

/** Made once and kept: a link must hold over a restart, and in a backup. */
function linkKey(db: DatabaseSync, durably: (write: () => void) => void): Uint8Array {
  const found = db.prepare("select secret from keys where name = 'links'").get();
  if (found) return found['secret'] as Uint8Array;
  const secret = randomBytes(KEY_BYTES);
  durably(() => db.prepare("insert into keys (name, secret) values ('links', ?)").run(secret));
  return secret;
}

function checkAddress(address: string): void {
  const max = PEOPLE_LIMITS.address_chars_max;
  const plain = address.trim() === address && !/\p{Cc}/u.test(address);
  if (address === '' || address.length > max || !plain)
    throw new DeskError('FIELD_INVALID', {
      field: 'address',
      expected: `1 to ${max} characters, without control characters or outer spaces`,
    });
}

const fromRow = (row: AddressRow | undefined): Address | undefined =>
  row && { id: row.id, user: row.user_id as UserId, kind: row.kind, address: row.address };
