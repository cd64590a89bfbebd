import { Type } from 'typebox';
import type { ChannelKind } from './schema.ts';

/** A way that sends nothing itself: it pages people by an escalation policy. */
export const ESCALATION: ChannelKind = {
  name: 'escalation',
  summary: 'Pages people by an escalation policy until somebody answers (Tocsin’s own).',
  settings: Type.Object(
    { policy: Type.String({ minLength: 1, description: 'Name of an escalation policy.' }) },
    { additionalProperties: false },
  ),
  sendResolved: true,
};

/** All kinds of ways a receiver may have: the channels, and this one. */
export const withEscalation = (kinds: readonly ChannelKind[]): readonly ChannelKind[] => [
  ...kinds,
  ESCALATION,
];
