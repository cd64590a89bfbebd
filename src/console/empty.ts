import { type Html, html } from '../base/html.ts';
import { copyable } from './parts.ts';

/** How this very desk is reached, for commands one can paste. */
export interface Doors {
  /** `http://127.0.0.1:9093`, with the route prefix. */
  readonly url: string;
  /** `127.0.0.1:1162`; '' when no trap listener runs. */
  readonly traps: string;
  /** True when alarms from this machine need no token. */
  readonly openFromHere: boolean;
}

/** What the list shows before the first alarm ever: how to send one. */
export function firstAlarm(doors: Doors): Html {
  const token = doors.openFromHere ? '' : " \\\n  -H 'Authorization: Bearer YOUR_TOKEN'";
  const alert = {
    labels: { alertname: 'FirstAlarm', severity: 'critical', instance: 'core-1' },
    annotations: { summary: 'My first alarm' },
  };
  const curl = `curl -X POST ${doors.url}/api/v2/alerts \\
  -H 'Content-Type: application/json'${token} \\
  -d '${JSON.stringify([alert])}'`;
  // By number: few machines have the names (MIB files) at hand.
  const trap = `snmptrap -v 2c -c public ${doors.traps} '' 1.3.6.1.6.3.1.1.5.3 \\
  1.3.6.1.2.1.2.2.1.1.3 i 3 1.3.6.1.2.1.2.2.1.7.3 i 1 1.3.6.1.2.1.2.2.1.8.3 i 2`;
  return html`<div class="card empty"><h2>No alarm has arrived yet.</h2>
<p>Send the first one. It appears here by itself.</p>
<p>As Prometheus and everything that talks to Alertmanager does (sent once, it is over after 5
minutes; Prometheus sends it again and again):</p>${copyable(curl)}
${doors.traps !== '' && html`<p>As a router does, with an SNMP trap:</p>${copyable(trap)}`}
<p>To connect a Prometheus, put this into its <code>prometheus.yml</code>:</p>
${copyable(prometheusOf(doors.url))}
</div>`;
}

function prometheusOf(address: string): string {
  const { protocol, host, pathname } = new URL(address);
  const more = [
    ...(protocol === 'https:' ? ['      scheme: https'] : []),
    ...(pathname !== '/' ? [`      path_prefix: ${pathname}`] : []),
  ];
  return [
    'alerting:',
    '  alertmanagers:',
    '    - static_configs:',
    `        - targets: ['${host}']`,
    ...more,
  ].join('\n');
}
