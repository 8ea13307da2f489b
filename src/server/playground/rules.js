// The rules behind the bot: loaded again when a file is saved; what is wrong with them stands here until it is mended.

import * as service from './service.js';
import { make } from './service.js';

const byId = (id) => document.getElementById(id);
const PERIOD = 2000;

export class Rules {
  /** `known` is told what the rules speak of, once they are known and whenever they change. */
  constructor(known) {
    this.known = known;
    this.button = byId('rules-state');
    this.button.addEventListener('click', () => this.show(byId('rules').hidden));
    document.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && !byId('rules').hidden) {
        this.show(false);
        this.button.focus();
      }
    });
  }

  show(isShown) {
    byId('rules').hidden = !isShown;
    this.button.setAttribute('aria-expanded', String(isShown));
  }

  async begin() {
    const found = await service.rules();
    this.revision = found.revision;
    this.button.hidden = false;
    this.known(found);
    if (found.refused) this.refused(found.refused);
    else this.fine(found);
  }

  /** Looks again and again; where the page is not seen, not. */
  async watch() {
    for (;;) {
      await new Promise((done) => setTimeout(done, PERIOD));
      if (document.hidden) continue;
      try {
        const { revision } = await service.reloadIfChanged();
        if (revision !== this.revision || this.button.dataset.state !== 'fine') await this.begin();
      } catch (failure) {
        if (failure.code === 'no_rules') return;
        if (failure.code === 'bad_rules') this.refused(failure);
        else this.lost(failure);
      }
    }
  }

  fine({ revision, warnings }) {
    this.state('fine', warnings.length ? `Rules in use, ${count(warnings.length, 'warning')}` : 'Rules in use');
    byId('rules-list').replaceChildren(
      make('p', {}, 'Revision ', make('code', {}, String(revision).slice(0, 12)), '. Saved files are loaded at once.'),
      ...warnings.map(problem),
    );
  }

  refused({ message, diagnostics }) {
    const errors = diagnostics.filter((each) => each.severity === 'error').length || 1;
    this.state('wrong', `${count(errors, 'error')} in the rules`);
    const list = diagnostics.length ? diagnostics.map(problem) : [make('pre', {}, message)];
    byId('rules-list').replaceChildren(
      make('p', {}, 'What was saved last is not used; the bot goes on by the rules before.'), ...list);
  }

  lost(failure) {
    this.state('lost', failure.message);
  }

  state(state, words) {
    const before = this.button.dataset.state;
    this.button.dataset.state = state;
    byId('rules-word').textContent = words;
    if (before !== state) byId('rules-live').textContent = before ? words : '';
    if (state === 'wrong' && before !== 'wrong') this.show(true);
    if (state === 'fine' && before === 'wrong') this.show(false);
  }
}

const count = (number, thing) => `${number} ${thing}${number === 1 ? '' : 's'}`;

/** A problem with its line, and a caret under what is meant. */
function problem(found) {
  const where = found.file ? `${found.file}:${found.line}:${found.column}` : 'the pack';
  const line = found.source ?? '';
  const signs = [...line];
  const [from, to] = [(found.column ?? 1) - 1, (found.end_column ?? 2) - 1];
  const source = line ? make('pre', { tabindex: '0' }, signs.slice(0, from).join(''), make('mark', {}, signs.slice(from, to).join('')), signs.slice(to).join('')) : null;
  return make('article', { class: `problem ${found.severity}` },
    make('h3', {}, make('span', { class: 'code' }, found.code), ' ', found.message),
    make('p', { class: 'where' }, where), source, found.help ? make('p', { class: 'help' }, `→ ${found.help}`) : null);
}
