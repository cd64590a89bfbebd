import { readFileSync } from 'node:fs';

const read = (name: string): string =>
  readFileSync(new URL(`./tls/${name}`, import.meta.url), 'utf8');

/** For fake servers; test/support/tls/README.md says what it is. It is its own authority. */
export const certificate = { cert: read('cert.pem'), key: read('key.pem') };
