import { crc32, deflateRawSync } from 'node:zlib';

const LOCAL = 0x04034b50;
const ENTRY = 0x02014b50;
const END = 0x06054b50;

export interface ZipOptions {
  /** What the archive says its files unpack to; default: what they do. */
  readonly saysBytes?: number;
}

/** A ZIP archive of these files, by name. */
export function zip(
  files: Readonly<Record<string, string | Uint8Array>>,
  { saysBytes }: ZipOptions = {},
): Buffer {
  const bodies: Buffer[] = [];
  const entries: Buffer[] = [];
  let at = 0;
  for (const [path, content] of Object.entries(files)) {
    const data = Buffer.from(content);
    const packed = deflateRawSync(data);
    const name = Buffer.from(path);
    const facts = Buffer.alloc(26);
    facts.writeUInt16LE(20, 0);
    facts.writeUInt16LE(8, 4);
    facts.writeUInt32LE(crc32(data), 10);
    facts.writeUInt32LE(packed.length, 14);
    facts.writeUInt32LE(saysBytes ?? data.length, 18);
    facts.writeUInt16LE(name.length, 22);
    const where = Buffer.alloc(14);
    where.writeUInt32LE(at, 10);
    bodies.push(uint32(LOCAL), facts, name, packed);
    entries.push(uint32(ENTRY), Buffer.from([20, 0]), facts, where, name);
    at += 30 + name.length + packed.length;
  }
  const directory = Buffer.concat(entries);
  const end = Buffer.alloc(18);
  const count = Object.keys(files).length;
  end.writeUInt16LE(count, 4);
  end.writeUInt16LE(count, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(at, 12);
  return Buffer.concat([...bodies, directory, uint32(END), end]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

const OFFICE = 'http://schemas.openxmlformats.org';
const MAIN = `${OFFICE}/spreadsheetml/2006/main`;
const RELATIONS = `${OFFICE}/officeDocument/2006/relationships`;
const PACKAGE = `${OFFICE}/package/2006`;
const XML = '<?xml version="1.0" encoding="UTF-8"?>';

/** A cell to be: text, number, boolean, a day (as Date), or nothing. */
export type WantedCell = string | number | boolean | Date | null;

const escaped = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;');

const DAY_MS = 86_400_000;
const EPOCH_MS = Date.UTC(1899, 11, 30);

function cellXml(cell: WantedCell, place: string): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return `<c r="${place}"><v>${cell}</v></c>`;
  if (typeof cell === 'boolean') return `<c r="${place}" t="b"><v>${cell ? 1 : 0}</v></c>`;
  if (cell instanceof Date) {
    const days = (cell.getTime() - EPOCH_MS) / DAY_MS;
    return `<c r="${place}" s="1"><v>${days}</v></c>`;
  }
  return `<c r="${place}" t="inlineStr"><is><t>${escaped(cell)}</t></is></c>`;
}

/** Up to 26 columns: A to Z. */
const rowXml = (cells: readonly WantedCell[], n: number): string =>
  `<row r="${n}">${cells
    .map((cell, i) => cellXml(cell, `${String.fromCharCode(65 + i)}${n}`))
    .join('')}</row>`;

/** What is in a workbook of these sheets, by the names of the files in it. */
export function workbookFiles(
  sheets: Readonly<Record<string, readonly (readonly WantedCell[])[] | string>>,
): Record<string, string> {
  const names = Object.keys(sheets);
  const type = `${RELATIONS}/worksheet`;
  const files: Record<string, string> = {
    '[Content_Types].xml': `${XML}<Types xmlns="${PACKAGE}/content-types"/>`,
    '_rels/.rels': `${XML}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="r"
Type="${RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `${XML}<workbook xmlns="${MAIN}" xmlns:r="${RELATIONS}"><sheets>${names
      .map((name, i) => `<sheet name="${escaped(name)}" sheetId="${i + 1}" r:id="s${i + 1}"/>`)
      .join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `${XML}<Relationships xmlns="${PACKAGE}/relationships">${names
      .map((_, i) => {
        const target = `worksheets/sheet${i + 1}.xml`;
        return `<Relationship Id="s${i + 1}" Type="${type}" Target="${target}"/>`;
      })
      .join('')}<Relationship Id="st" Type="${RELATIONS}/styles" Target="styles.xml"/>
</Relationships>`,
    'xl/styles.xml': `${XML}<styleSheet xmlns="${MAIN}"><cellXfs count="2"><xf numFmtId="0"/>
<xf numFmtId="22" applyNumberFormat="1"/></cellXfs></styleSheet>`,
  };
  Object.values(sheets).forEach((sheet, i) => {
    const rows = typeof sheet === 'string' ? sheet : sheet.map((r, n) => rowXml(r, n + 1)).join('');
    files[`xl/worksheets/sheet${i + 1}.xml`] =
      `${XML}<worksheet xmlns="${MAIN}"><sheetData>${rows}</sheetData></worksheet>`;
  });
  return files;
}

/** A workbook of these sheets; a sheet may be given as the XML of its rows. */
export const workbook = (sheets: Parameters<typeof workbookFiles>[0]): Buffer =>
  zip(workbookFiles(sheets));
