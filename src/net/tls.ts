import type { ConnectionOptions, SecureVersion } from 'node:tls';
import type { SendWorld } from '../ports/channel.ts';
import type { TlsConfig } from './http-config.ts';
import { secretOr } from './secret.ts';

const VERSIONS: Readonly<Record<string, SecureVersion>> = {
  TLS10: 'TLSv1',
  TLS11: 'TLSv1.1',
  TLS12: 'TLSv1.2',
  TLS13: 'TLSv1.3',
};

export type TlsOptions = Pick<
  ConnectionOptions,
  'ca' | 'cert' | 'key' | 'servername' | 'rejectUnauthorized' | 'minVersion' | 'maxVersion'
>;

/** `tls_config` as Node wants it, its files read now. */
export async function tlsOptions(config: TlsConfig = {}, world: SendWorld): Promise<TlsOptions> {
  const ca = await secretOr(config.ca, config.ca_file, world);
  const cert = await secretOr(config.cert, config.cert_file, world);
  const key = await secretOr(config.key, config.key_file, world);
  const minVersion = VERSIONS[config.min_version ?? ''];
  const maxVersion = VERSIONS[config.max_version ?? ''];
  return {
    ...(ca !== '' && { ca }),
    ...(cert !== '' && { cert }),
    ...(key !== '' && { key }),
    ...(config.server_name ? { servername: config.server_name } : {}),
    ...(config.insecure_skip_verify ? { rejectUnauthorized: false } : {}),
    ...(minVersion && { minVersion }),
    ...(maxVersion && { maxVersion }),
  };
}
