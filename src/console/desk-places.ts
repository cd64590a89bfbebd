import { type Html, html } from '../base/html.ts';
import type { Site } from './site.ts';

const PLACES = [
  ['/desk', 'Health'],
  ['/desk/times', 'Times'],
] as const;

/** What there is to see of the desk itself. */
export const deskPlaces = (site: Site, here: (typeof PLACES)[number][0]): Html =>
  html`<nav class="places" aria-label="This desk">${PLACES.map(
    ([path, word]) =>
      html`<a href="${site.prefix}${path}"${
        path === here && html` aria-current="page"`
      }>${word}</a>`,
  )}</nav>`;
