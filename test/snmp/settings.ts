import { Value } from 'typebox/value';
import { type Settings, settings } from '../../src/sources/snmp/settings.ts';

/** What holds where nobody has set anything. */
export const SETTINGS = Value.Default(settings, {}) as Settings;
