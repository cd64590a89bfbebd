/** At most `max` bytes of UTF-8, never half a character; what is cut off is told by `…`. */
export function cutBytes(text: string, max: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= max) return text;
  if (max < 3) return '';
  let end = max - 3; // `…` has three bytes
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return `${bytes.subarray(0, end).toString()}…`;
}
