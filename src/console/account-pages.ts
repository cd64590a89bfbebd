import { type Html, html } from '../base/html.ts';
import { plainPage } from './layout.ts';
import type { Site } from './site.ts';

/** The pages for whoever is not signed in, and for failures. Shapes as the HTTP side asks for. */
export interface AccountPages {
  signIn(view: {
    readonly action: string;
    readonly next: string;
    readonly login: string;
    readonly message: string;
    readonly kept: boolean;
    readonly needsFirstAdmin: boolean;
    readonly hasPeople: boolean;
    readonly organisation: { readonly label: string; readonly href: string } | undefined;
  }): string;
  welcome(view: {
    readonly action: string;
    readonly link: string;
    readonly first: boolean;
    readonly login: string;
    readonly name: string;
    readonly message: string;
    readonly passwordCharsMin: number;
  }): string;
  error(view: {
    readonly status: number;
    readonly message: string;
    readonly reference: string;
    readonly home: string;
  }): string;
  plain(title: string, body: Html): string;
}

const fault = (message: string): Html | false =>
  message !== '' && html`<p class="fault" role="alert">${message}</p>`;

const NO_ADMIN_YET =
  'This desk has no admin yet. Open the link that it printed when it started. It works once, ' +
  'for 24 hours; every start prints a new one.';

export function accountPages(site: Site): AccountPages {
  return {
    plain: (title, body) => plainPage(site, title, html`<div class="stack">${body}</div>`, true),
    signIn: ({ action, next, login, message, kept, needsFirstAdmin, hasPeople, organisation }) =>
      plainPage(
        site,
        'Sign in',
        html`<div class="stack card">${fault(message)}
${kept && html`<p role="status"><b>Your text is kept: sign in and send it.</b></p>`}
${needsFirstAdmin && html`<p>${NO_ADMIN_YET}</p>`}
${
  organisation &&
  html`<a class="button main" href="${organisation.href}">${organisation.label}</a>
<p class="quiet">or with a password of this desk:</p>`
}
${hasPeople && signInForm(action, next, login)}</div>`,
      ),
    welcome: (view) =>
      plainPage(
        site,
        view.first ? 'Make yourself the first admin' : `Welcome, ${view.name}`,
        html`<div class="stack card">${fault(view.message)}
<p>${view.first && 'This desk has no admin yet: you can add others afterwards. '}
Choose a password; you are signed in at once.</p>
<form class="form" method="post" action="${view.action}"><input type="hidden" name="link"
value="${view.link}">
${
  view.first &&
  html`<label class="field">Login, which you choose <input name="login"
value="${view.login}" autocomplete="username"
autocapitalize="off" spellcheck="false" required autofocus></label>
<label class="field">Name, as others see it <input name="name" value="${view.name}"
autocomplete="name"></label>`
}
<label class="field">Password, at least ${view.passwordCharsMin} characters <input type="password"
name="password" autocomplete="new-password" minlength="${view.passwordCharsMin}" required></label>
<button class="main">Set password and sign in</button></form></div>`,
      ),
    error: ({ status, message, reference, home }) =>
      plainPage(
        site,
        ERROR_TITLES[status] ?? 'That did not work',
        html`<div class="stack card"><p role="alert">${message}</p>
<div class="verbs" data-failed><a class="button" href="${home}">Back to the alarms</a></div>
<p class="quiet small">Status ${status}, reference <code>${reference}</code>.
Quote it to your desk admin.</p></div>`,
      ),
  };
}

const signInForm = (action: string, next: string, login: string): Html => html`<form class="form"
method="post" action="${action}"><input type="hidden" name="next" value="${next}">
<label class="field">Login <input name="login" value="${login}" autocomplete="username"
autocapitalize="off" spellcheck="false" required${login === '' && html` autofocus`}></label>
<label class="field">Password <input type="password" name="password"
autocomplete="current-password" required${login !== '' && html` autofocus`}></label>
<button class="main">Sign in</button></form>`;

const ERROR_TITLES: Readonly<Record<number, string>> = {
  401: 'Sign in first',
  403: 'You may not do that',
  404: 'There is nothing here',
  409: 'Things have changed',
  429: 'Too many tries',
  500: 'Something broke on our side',
  503: 'The desk cannot do that now',
};
