/** Lines that differ only in numbers and addresses are one kind of line; longer ones are cut. */
export const KIND_CHARS_MAX = 256;

/** An address with colons (IPv6, MAC) or dots in hexadecimal; at least two of the marks. */
const ADDRESS =
  /\b[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,8}\b|\b[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}\b/gi;
/** Words that hold a digit and otherwise hexadecimal digits: identifiers, memory addresses. */
const HEX = /\b(?:0x)?(?=[a-f]*\d)[0-9a-f]{8,}\b/gi;
const QUOTED = /"[^"]*"|'[^']*'/g;
const NUMBER = /\d+(?:[.,:/-]\d+)*/g;

/**
 * The kind of a line: numbers, addresses, identifiers and what is quoted become `#`. Lines of one
 * kind are one alarm, with a count.
 */
export const kindOf = (text: string): string =>
  text
    .slice(0, 4 * KIND_CHARS_MAX)
    .replace(QUOTED, '#')
    .replace(ADDRESS, '#')
    .replace(HEX, '#')
    .replace(NUMBER, '#')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, KIND_CHARS_MAX)
    .toWellFormed();
