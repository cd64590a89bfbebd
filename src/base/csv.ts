/** A table for a spreadsheet (RFC 4180): its head as it is, and rows of people's words. */
export const csvText = (head: string, rows: readonly (readonly string[])[]): string =>
  [head, ...rows.map((row) => row.map(cell).join(','))].map((line) => `${line}\r\n`).join('');

/** A spreadsheet takes what begins with these for a formula: people's words are none. */
const FORMULA = /^[=+\-@\t\r]/;

function cell(text: string): string {
  const plain = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
