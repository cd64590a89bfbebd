import type { FastifyInstance, FastifyRequest } from 'fastify';
import { refusal } from './problem.ts';
import type { Route } from './route.ts';

/** The path that was asked, without the query. */
export const pathOf = (request: FastifyRequest): string => request.url.split('?', 1)[0] ?? '';

/** What no route takes: 405 for another method of a path there is, 404 for a path there is not. */
export function refuseTheRest(
  app: FastifyInstance,
  prefix: string,
  routes: readonly Pick<Route, 'path' | 'method'>[],
): void {
  for (const [path, methods] of methodsByPath(routes)) {
    refuseOtherMethods(app, prefix + path, methods);
  }
  app.setNotFoundHandler((request) => {
    throw refusal('NOT_FOUND', { what: `page ${pathOf(request)}` });
  });
}

/** Paths that differ only in the names of their parameters are one path. */
function methodsByPath(
  routes: readonly Pick<Route, 'path' | 'method'>[],
): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const { path, method } of routes) {
    const shape = path.replace(/:\w+/g, ':x');
    const methods = found.get(shape) ?? new Set();
    found.set(shape, methods.add(method));
    if (method === 'GET') methods.add('HEAD');
  }
  return found;
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

function refuseOtherMethods(app: FastifyInstance, url: string, methods: ReadonlySet<string>): void {
  const allow = [...methods].join(', ');
  app.route({
    method: METHODS.filter((method) => !methods.has(method)),
    url,
    onRequest: async (request) => {
      const facts = { path: pathOf(request), allowed: allow };
      throw refusal('METHOD_NOT_ALLOWED', facts, { headers: { allow } });
    },
    handler: async () => '',
  });
}
