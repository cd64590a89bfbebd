/** A provider's notice, as the maintenance notification standard of operators has it. */
export const NOTICE = [
  'BEGIN:VCALENDAR',
  'VERSION:2.0',
  'PRODID:-//Example Carrier//Maintenance//EN',
  'METHOD:PUBLISH',
  'BEGIN:VEVENT',
  'UID:CHG0042@carrier.example',
  'DTSTAMP:20260220T080000Z',
  'DTSTART:20260310T220000Z',
  'DTEND:20260311T040000Z',
  'SEQUENCE:1',
  'SUMMARY:Fibre works near Nuremberg\\, span 7',
  'DESCRIPTION:Splicing of a new cable. During the work the circuits below are do',
  ' wn for up to two hours.\\nQuestions: noc@carrier.example',
  'ORGANIZER;CN="Example Carrier: NOC":mailto:noc@carrier.example',
  'X-MAINTNOTE-PROVIDER:carrier.example',
  'X-MAINTNOTE-ACCOUNT:137.035999173',
  'X-MAINTNOTE-MAINTENANCE-ID:CHG0042',
  'X-MAINTNOTE-OBJECT-ID;X-MAINTNOTE-OBJECT-IMPACT=OUTAGE:NBG-OSL-1',
  'X-MAINTNOTE-OBJECT-ID:NBG-PAR-2',
  'X-MAINTNOTE-IMPACT:OUTAGE',
  'X-MAINTNOTE-STATUS:CONFIRMED',
  'BEGIN:VALARM',
  'ACTION:DISPLAY',
  'TRIGGER:-PT15M',
  'END:VALARM',
  'END:VEVENT',
  'END:VCALENDAR',
].join('\r\n');

/** An event in a few lines, in a calendar. */
export const calendar = (...events: readonly (readonly string[])[]): string =>
  [
    'BEGIN:VCALENDAR',
    ...events.flatMap((lines) => ['BEGIN:VEVENT', ...lines, 'END:VEVENT']),
    'END:VCALENDAR',
  ].join('\n');

/** Every Tuesday at 22:00 in Vienna, with one time moved, one left out and one cancelled. */
export const SERIES = calendar(
  [
    'UID:series@example.org',
    'SUMMARY:Backups',
    'DTSTART;TZID=Europe/Vienna:20260303T220000',
    'DURATION:PT2H',
    'RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20260414T200000Z',
    'EXDATE;TZID=Europe/Vienna:20260310T220000',
  ],
  [
    'UID:series@example.org',
    'RECURRENCE-ID;TZID=Europe/Vienna:20260317T220000',
    'DTSTART;TZID=Europe/Vienna:20260318T230000',
    'DTEND;TZID=Europe/Vienna:20260319T000000',
  ],
  [
    'UID:series@example.org',
    'RECURRENCE-ID:20260324T210000Z',
    'DTSTART:20260324T210000Z',
    'DURATION:PT2H',
    'STATUS:CANCELLED',
  ],
);
