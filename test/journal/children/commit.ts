/** Stands around every commit of a journal under test. What happens is asked for by the text. */
const failing = (errcode: number, message: string): Error =>
  Object.assign(new Error(message), { code: 'ERR_SQLITE_ERROR', errcode });

export function commit(run: () => void, text: Uint8Array): void {
  const said = Buffer.from(text).toString();
  const fault = said.includes('"fault"') ? (JSON.parse(said) as { fault: string }).fault : '';
  if (fault === 'fsync fails before the commit') throw failing(1034, 'disk I/O error');
  if (fault === 'read-only') throw failing(8, 'attempt to write a readonly database');
  if (fault === 'full before the commit') throw failing(13, 'database or disk is full');
  if (fault === 'thread dies before the commit') process.exit(1);
  run();
  if (fault === 'fsync fails after the commit') throw failing(1034, 'disk I/O error');
  if (fault === 'full after the commit') throw failing(13, 'database or disk is full');
  if (fault === 'thread dies after the commit') process.exit(1);
}
