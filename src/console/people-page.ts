import { type Html, html } from '../base/html.ts';
import type { Instant } from '../base/time.ts';
import type { Token } from '../desk/account-rows.ts';
import type { Role } from '../desk/entry.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import { errorSummary, type FieldErrors, fieldMarks } from './form-errors.ts';
import { pager, type Stretch } from './pager.ts';
import { copyable, formKeys, timeTag } from './parts.ts';
import type { Reader, Site } from './site.ts';

export interface PersonRow {
  readonly id: UserId;
  readonly login: string;
  readonly name: string;
  readonly role: Role;
  readonly disabled: boolean;
  readonly hasPassword: boolean;
}

export interface PeopleView {
  readonly people: Stretch<PersonRow>;
  readonly tokens: readonly Token[];
  readonly nameOf: (id: UserId) => string;
  /** Sources a token may be limited to. */
  readonly sources: readonly string[];
  /** What was just made and is shown this once: a token's secret, a link. */
  readonly secret: { readonly says: string; readonly text: string } | undefined;
  readonly message: string;
  /** The field the message is about; '' when it is none. */
  /** What was typed into a form that was refused; '' for what was not. */
  readonly typed: (field: string) => string;
  readonly messageAt: string;
  readonly now: Instant;
}

export const ROLES: readonly Role[] = ['viewer', 'operator', 'admin'];

const options = (all: readonly string[], chosen: string): Html =>
  html`${all.map(
    (v) => html`<option
value="${v}"${v === chosen && html` selected`}>${v}</option>`,
  )}`;

const errorsIn = ({ message, messageAt }: PeopleView): FieldErrors =>
  message === '' ? [] : [{ field: messageAt, why: message }];

/** People and tokens: who may do what. For admins. */
export function peopleBody(site: Site, reader: Reader, view: PeopleView): Html {
  return html`<div class="stack"><div class="title"><h1>People and tokens</h1><span
class="quiet">Who may do what here, and which programs.</span></div>
${errorSummary(errorsIn(view))}
${
  view.secret &&
  html`<section class="card" role="status">
<p><b>${view.secret.says}</b> It is shown this once.</p>${copyable(view.secret.text)}</section>`
}
<div class="columns"><section class="stack"><h2>People</h2>${people(site, reader, view)}</section>
${newPerson(site, reader, view)}</div>
<div class="columns"><section class="stack"><h2>Tokens</h2>${tokens(site, reader, view)}</section>
${newToken(site, reader, view)}</div></div>`;
}

const form = (site: Site, reader: Reader, path: string, body: Html, name = ''): Html =>
  html`<form method="post" action="${site.prefix}${path}"${
    name !== '' &&
    html`
class="${name}"`
  }>${formKeys(reader)}${body}</form>`;

function people(site: Site, reader: Reader, { people: all }: PeopleView): Html {
  const linkButton = html`<button>New sign-in link</button>`;
  const rows = all.rows.map((p) => {
    const role = html`<select name="role"
aria-label="Role of ${p.name}">${options(ROLES, p.role)}</select><button>Set</button>`;
    const turn = p.disabled ? 'enable' : 'disable';
    const turnButton = html`<button>${p.disabled ? 'Enable' : 'Disable'}</button>`;
    return html`<tr><td>${p.name}</td><td>${p.login}</td>
<td>${form(site, reader, `/people/${p.id}/role`, role)}</td><td>${
      p.disabled
        ? html`<span
class="bad">disabled</span>`
        : p.hasPassword
          ? 'may sign in'
          : 'no password yet'
    }</td>
<td><div class="bar">${form(site, reader, `/people/${p.id}/${turn}`, turnButton)}
${form(site, reader, `/people/${p.id}/link`, linkButton)}</div></td></tr>`;
  });
  return html`<div class="scroll"><table class="table"><caption
class="unseen-text">People</caption><thead><tr><th scope="col">Name</th><th scope="col">Login</th>
<th scope="col">Role</th><th scope="col">Account</th><th scope="col"><span
class="unseen-text">Actions</span></th></tr></thead><tbody>${rows}</tbody></table></div>${pager(
    site,
    reader,
    all,
  )}`;
}

const newPerson = (site: Site, reader: Reader, view: PeopleView): Html =>
  form(
    site,
    reader,
    '/people',
    html`<h2>Add a person</h2><label class="field">Login <input
${fieldMarks(errorsIn(view), 'login')}
required
maxlength="64" autocomplete="off" value="${view.typed('login')}"></label>
<label class="field">Name <input name="name" maxlength="128" autocomplete="off"
value="${view.typed('name')}"></label>
<label class="field">Role <select name="role">${options(
      ROLES,
      view.typed('role') || 'operator',
    )}</select></label>
<p class="quiet">Nobody chooses a password for somebody else: you get a link to hand over.</p>
<div><button class="main">Add, and make a link</button></div>`,
    'card form',
  );

const mayText = ({ scope, owner }: Token, { nameOf }: PeopleView): string =>
  scope === 'role'
    ? `everything ${nameOf(owner)} may`
    : scope === 'wall'
      ? 'show the wall screen'
      : scope;

function tokens(site: Site, reader: Reader, view: PeopleView): Html {
  const rows = view.tokens.map(
    (t) =>
      html`<tr><td>${t.label}</td>
<td>${mayText(t, view)}</td>
<td class="nowrap" data-h="Owner">${view.nameOf(t.owner)}</td>
<td class="nowrap" data-h="Until">${
        t.until === undefined ? 'no end' : timeTag(t.until, 'clock', view.now)
      }</td>
<td>${form(site, reader, `/tokens/${t.id}/revoke`, html`<button>Revoke</button>`)}</td></tr>`,
  );
  return html`<div class="scroll"><table class="table"><caption
class="unseen-text">Tokens</caption><thead><tr><th scope="col">Token</th><th scope="col">May</th>
<th scope="col">Owner</th><th scope="col">Until</th><th scope="col"><span
class="unseen-text">Action</span></th></tr></thead><tbody>${rows}</tbody></table></div>
${
  view.tokens.length === 0 &&
  html`<p
class="quiet">There are no tokens. A program that sends alarms from another machine needs one.</p>`
}`;
}

const newToken = (site: Site, reader: Reader, view: PeopleView): Html =>
  form(
    site,
    reader,
    '/tokens',
    html`<h2>Make a token</h2><label class="field">What for <input
${fieldMarks(errorsIn(view), 'label')}
required
maxlength="128" autocomplete="off" placeholder="prometheus at site b"
value="${view.typed('label')}"></label>
<label class="field">It may <select name="scope"><option
value="ingest:*">send alarms to any source</option>${view.sources.map(
      (s) => html`<option
value="ingest:${s}">send alarms to ${s}</option>`,
    )}<option
value="wall">show the wall screen, and nothing else</option><option
value="role">do everything you may</option></select></label>
<label class="field">Ends after <select name="days"><option value="">never</option><option
value="30">30 days</option><option value="365" selected>a year</option></select></label>
<div><button class="main">Make the token</button></div>`,
    'card form',
  );
