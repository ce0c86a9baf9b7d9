// Asks for the token when the broker wants one.

import { html } from '../lib/lit-html/lit-html.js';
import { keepToken } from './broker.js';

export function tokenForm(refused, again) {
  const submit = (event) => {
    event.preventDefault();
    keepToken(new FormData(event.target).get('token'));
    again();
  };
  return html`<form class="token panel" @submit=${submit}>
    <h1 tabindex="-1">This broker wants its token</h1>
    <p role="alert">${refused.message}</p>
    <label for="token">Token, or the join text that <code>./mycoswarm up --lan</code> printed</label>
    <input id="token" name="token" type="password" required autocomplete="off" spellcheck="false">
    <p class="soft">It is kept in this tab only, and is gone when you close it.</p>
    <button class="main">open</button>
  </form>`;
}
