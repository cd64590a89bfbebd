/** The first descriptor of those that a service manager hands over (sd_listen_fds(3)). */
const FIRST_FD = 3;
const SOCKETS_MAX = 64;

/**
 * Sockets handed over by systemd, by the name its socket unit gives them (FileDescriptorName=).
 * Meant for another process, as the variables say, they are none of ours.
 */
export function inheritedSockets(
  env: Readonly<Record<string, string | undefined>>,
  pid: number,
): ReadonlyMap<string, number> {
  const count = Math.min(Number(env['LISTEN_FDS'] ?? 0), SOCKETS_MAX);
  if (env['LISTEN_PID'] !== String(pid) || !(count > 0)) return new Map();
  const names = (env['LISTEN_FDNAMES'] ?? '').split(':');
  const named = Array.from({ length: count }, (_, i) => [names[i] ?? '', FIRST_FD + i] as const);
  return new Map(named.filter(([name]) => name !== ''));
}
