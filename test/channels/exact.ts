import type { TObject } from 'typebox';
import { Value } from 'typebox/value';
import type { Notice } from '../../src/domain/routing/notice.ts';
import type { Channel, SendResult } from '../../src/ports/channel.ts';
import { type Answer, type Arrived, farSide } from './far-side.ts';
import { alert, notice, plainRendering } from './notices.ts';
import { testWorld } from './world.ts';

/** Receiver `ops` hears that db1 is down. */
export const FIRING = notice([
  alert({ alertname: 'Down', instance: 'db1' }, { summary: 'db1 is down' }),
]);
export const RESOLVED = notice([
  alert({ alertname: 'Down', instance: 'db1' }, { summary: 'db1 is down' }, true),
]);

export const settingsOf = <S>(schema: TObject, given: object): S =>
  Value.Default(schema, structuredClone(given)) as S;

/** Renders and sends; tells the result and everything that arrived. `files` are `*_file` texts. */
export async function exchanged<S, M>(
  channel: Channel<S, M>,
  given: (url: string) => object,
  one: Notice,
  answer: Answer,
  files: Readonly<Record<string, string>> = {},
): Promise<{ readonly result: SendResult; readonly arrived: readonly Arrived[] }> {
  const far = await farSide(answer);
  try {
    const set = settingsOf<S>(channel.settings, given(far.url));
    const message = channel.render(one, set, plainRendering(one));
    const result = await channel.send(message, set, testWorld({ files }));
    return { result, arrived: far.arrived };
  } finally {
    await far.close();
  }
}
