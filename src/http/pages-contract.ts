import { type Html, html } from '../base/html.ts';

/** What the sign-in page needs. Every path already carries the route prefix. */
export interface SignInView {
  readonly action: string;
  /** Where to go afterwards: a path of this desk. */
  readonly next: string;
  readonly login: string;
  /** What went wrong with the last try; '' at first. */
  readonly message: string;
  /** True: a form that came after its session had ended is kept on this browser. */
  readonly kept: boolean;
  /** True: no admin can sign in yet, and the page says where the first link stands. */
  readonly needsFirstAdmin: boolean;
  /** False: there is nobody whose login and password could be asked for. */
  readonly hasPeople: boolean;
  /** The organisation's own sign-in, if there is one. */
  readonly organisation: { readonly label: string; readonly href: string } | undefined;
}

/** What the page behind a one-time link needs. */
export interface WelcomeView {
  readonly action: string;
  readonly link: string;
  /** True: the first admin, who chooses a login too. False: a known person sets a password. */
  readonly first: boolean;
  readonly login: string;
  readonly name: string;
  readonly message: string;
  readonly passwordCharsMin: number;
}

export interface ErrorView {
  readonly status: number;
  readonly message: string;
  readonly reference: string;
  readonly home: string;
}

/** The pages that the HTTP side shows itself. The console draws them; the plain ones stand in. */
export interface HttpPages {
  signIn(view: SignInView): string;
  welcome(view: WelcomeView): string;
  error(view: ErrorView): string;
  /** A page with a title and a body, for the API reference and the list of errors. */
  plain(title: string, body: Html): string;
}

const page = (title: string, body: Html): string =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Tocsin</title>
</head>
<body>
<main>
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`.text;

const warning = (message: string): Html =>
  message === '' ? html`` : html`<p role="alert">${message}</p>`;

const loginField = (login: string): Html => html`
<p><label>Login <input name="login" value="${login}" autocomplete="username" required></label></p>`;

const passwordField = (name: string, autocomplete: string, charsMin: number): Html => html`
<p><label>Password <input type="password" name="${name}" autocomplete="${autocomplete}"
minlength="${charsMin}" required></label></p>`;

export const plainPages: HttpPages = {
  plain: page,
  signIn: (view) =>
    page(
      'Sign in',
      html`${warning(view.message)}
${view.kept && html`<p>Your text is kept: sign in and send it.</p>`}
${view.needsFirstAdmin && html`<p>This desk has no admin yet: open the link that it printed.</p>`}
${
  view.hasPeople &&
  html`<form method="post" action="${view.action}">
<input type="hidden" name="next" value="${view.next}">
${loginField(view.login)}
${passwordField('password', 'current-password', 1)}
<p><button>Sign in</button></p>
</form>`
}
${
  view.organisation &&
  html`<p><a href="${view.organisation.href}">${view.organisation.label}</a></p>`
}`,
    ),
  welcome: (view) =>
    page(
      view.first ? 'The first admin' : `Welcome, ${view.name}`,
      html`${warning(view.message)}
<form method="post" action="${view.action}">
<input type="hidden" name="link" value="${view.link}">
${
  view.first &&
  html`${loginField(view.login)}
<p><label>Name <input name="name" value="${view.name}" autocomplete="name"></label></p>`
}
${passwordField('password', 'new-password', view.passwordCharsMin)}
<p><button>Set password and sign in</button></p>
</form>`,
    ),
  error: (view) =>
    page(
      `${view.status}`,
      html`<p>${view.message}</p>
<p>Reference ${view.reference} · <a href="${view.home}">back to the desk</a></p>`,
    ),
};
