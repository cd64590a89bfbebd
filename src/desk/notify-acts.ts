import type { Labels } from '../domain/alarm/event.ts';

/**
 * test     sends a test notice to every way of a receiver
 * try      a person had one sent through a way that is in force nowhere yet, as it was typed in a
 *          form: it was sent beside the outbox, and this is only to be known of
 * restart  all groups begin anew with those in them, as after a reload of Alertmanager; the
 *          notification log is kept
 */
export type NotifyAct =
  | { readonly verb: 'notify.test'; readonly receiver: string; readonly labels: Labels }
  | { readonly verb: 'notify.try'; readonly receiver: string; readonly kind: string }
  | { readonly verb: 'notify.restart' };
