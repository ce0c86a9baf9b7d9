// Asks a person before something is done that does not simply come back.

import { html, render } from '../lib/lit-html/lit-html.js';
import { problem } from './parts.js';

/**
 * `question` and what it `means`; the texts of the two buttons, `keep` and `act`; `work()` is done after
 * `act`, and when it fails the dialog stays open and says why.
 */
export function confirmed(asked) {
  const dialog = document.createElement('dialog');
  dialog.setAttribute('aria-labelledby', 'confirm-heading');
  dialog.addEventListener('close', () => dialog.remove());
  const show = (error) => render(body(asked, error, act), dialog);
  async function act() {
    try {
      await asked.work();
      dialog.close();
    } catch (error) {
      show(error);
    }
  }
  show(null);
  document.body.append(dialog);
  dialog.showModal();
}

function body({ question, means, keep, act }, error, work) {
  return html`<h2 id="confirm-heading">${question}</h2>
    <p>${means}</p>
    ${problem(error)}
    <form method="dialog"><button autofocus>${keep}</button>
      <button type="button" class="danger" @click=${work}>${act}</button></form>`;
}
