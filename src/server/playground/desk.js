// The agent's side: handoffs as a help desk gets them, and what an agent does with them.

import * as service from './service.js';
import { make, plain, lang, shown } from './service.js';

const byId = (id) => document.getElementById(id);
const PAUSE = 2000;
const WORDS = { queue: 'waits', human: 'yours', over: 'done' };

export class Desk {
  constructor() {
    this.cases = new Map();
    this.seen = new Set();
    /** Told when an agent has done something. */
    this.changed = () => {};
  }

  /** Fetches news for ever. What is dealt with is told to have been taken; until then it comes again after a reload. */
  async listen() {
    for (;;) {
      try {
        const { items } = await service.deskNews(20);
        for (const item of items) this.take(item);
        if (items.length) this.changed();
      } catch {
        await new Promise((done) => setTimeout(done, PAUSE));
      }
    }
  }

  take(item) {
    const known = this.cases.get(item.conversation);
    if (this.seen.has(item.id)) return;
    this.seen.add(item.id);
    const effect = item.effect;
    if (effect.kind === 'handoff_opened' || effect.kind === 'handoff_updated') {
      if (known && known.handoff.id === effect.id) {
        // Why the first transcript: what was said since stands in `lines` already.
        known.handoff = { ...effect, transcript: known.handoff.transcript };
      } else {
        this.cases.set(item.conversation, { id: item.conversation, handoff: effect, owner: 'queue', lines: [], items: [], at: Date.now() });
        byId('desk-live').textContent = `New handoff: ${plain(effect.reason)}, priority ${effect.priority}`;
      }
    } else if (effect.kind === 'handoff_withdrawn' && known) {
      known.owner = 'over';
      known.lines.push(['note', 'The customer no longer wants a person.']);
    } else if (effect.kind === 'to_agent' && known) {
      known.lines.push(['customer', effect.text]);
      if (effect.suggestion) known.lines.push(['note', `Suggested: ${effect.suggestion}`]);
    }
    const open = this.cases.get(item.conversation);
    if (!open) {
      // Words for a handoff this page never saw: nothing to show them with.
      service.deskTaken(item.conversation, [item.id]).catch(() => {});
      return;
    }
    open.items.push(item.id);
    this.render(open);
    if (open.owner === 'over') this.settle(open);
  }

  toEnd() {
    for (const lines of document.querySelectorAll('.lines')) lines.scrollTop = lines.scrollHeight;
  }

  refresh() {
    for (const open of this.cases.values()) this.ages(open);
  }

  async does(open, what, body) {
    try {
      await service.deskDoes(open.id, what, body);
      if (what === 'message') open.lines.push(['agent', body.text]);
      // Why asked: what follows from an agent who cannot take it is the rules' to say.
      const { owner } = await service.look(open.id);
      open.owner = owner === 'bot' ? 'over' : owner;
    } catch (failure) {
      open.lines.push(['note', failure.message]);
    }
    if (open.owner === 'over') await this.settle(open);
    this.render(open);
    this.changed();
    const card = open.card;
    const next = open.owner === 'human' ? card.querySelector('input') : card.querySelector('summary');
    next?.focus({ preventScroll: true });
  }

  /** Dealt with: the service need not send it again. */
  async settle(open) {
    const ids = open.items.splice(0);
    if (ids.length) await service.deskTaken(open.id, ids).catch(() => {});
  }

  render(open) {
    byId('desk-empty').hidden = true;
    const old = open.card;
    const typed = old?.querySelector('input')?.value ?? '';
    const had = old?.contains(document.activeElement) && document.activeElement.tagName === 'INPUT';
    const shut = old ? !old.open : false;
    open.card = this.card(open);
    open.card.open = open.owner !== 'over' && !shut;
    if (old) old.replaceWith(open.card);
    else byId('cases').prepend(open.card);
    const input = open.card.querySelector('input');
    if (input) {
      input.value = typed;
      if (had) input.focus({ preventScroll: true });
    }
    const talk = open.card.querySelector('.lines');
    if (talk) talk.scrollTop = talk.scrollHeight;
    this.count();
  }

  count() {
    const open = [...this.cases.values()];
    const waits = open.filter((each) => each.owner === 'queue').length;
    const yours = open.filter((each) => each.owner === 'human').length;
    byId('desk-state').textContent = waits || yours ? [waits && `${waits} waiting`, yours && `${yours} yours`].filter(Boolean).join(' · ') : 'nobody waits';
    byId('desk-count').hidden = waits + yours === 0;
    byId('desk-count').textContent = String(waits + yours);
  }

  ages(open) {
    const minutes = Math.floor((Date.now() - open.at) / 60000);
    const age = open.card?.querySelector('.age');
    if (age) age.textContent = minutes ? `${minutes} min` : 'now';
  }

  card(open) {
    const { handoff } = open;
    const summary = handoff.summary.en ?? handoff.summary[handoff.language] ?? Object.values(handoff.summary)[0] ?? '';
    const inLanguage = handoff.summary.en ? 'en' : handoff.language;
    const head = make('summary', {},
      make('span', { class: `priority ${handoff.priority}` }, handoff.priority),
      make('span', { class: 'reason' }, plain(handoff.reason)),
      make('span', { class: 'owner', 'data-owner': open.owner }, WORDS[open.owner]),
      make('span', { class: 'age' }, 'now'));
    const rows = [
      ['queue', handoff.queue],
      ['language', handoff.language],
      ['due', handoff.due_at ? new Date(handoff.due_at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' }) : null],
      ['answered', handoff.mode === 'live' ? null : `by ${handoff.mode}`],
      ['contact', handoff.contacts.join(', ')],
      ['reasons', handoff.reasons.length > 1 ? handoff.reasons.map(plain).join(', ') : null],
      ['flow', handoff.flow ? `${plain(handoff.flow)}${handoff.step ? ` › ${plain(handoff.step)}` : ''}` : null],
      ...Object.entries(handoff.slots).map(([name, value]) => [plain(name), shown(value)]),
      ['done', handoff.done.map(plain).join(', ')],
      ['tried', handoff.tried.map(plain).join(', ')],
      ['words', handoff.evidence.map((quote) => `“${quote.text}”`).join(' ')],
    ].filter(([, value]) => value);
    const facts = make('dl', { class: 'table' }, ...rows.flatMap(([name, value]) => [make('dt', {}, name), make('dd', {}, value)]));
    const before = handoff.transcript.map((line) => [line.who, line.text]);
    const lines = [...before, ...open.lines].map(([who, text]) =>
      make('li', { class: who }, make('span', { class: 'who' }, `${who === 'note' ? '' : who} `), make('span', { lang: who === 'note' ? null : lang(handoff.language) }, text)));
    return make('details', { class: 'case', 'data-owner': open.owner }, head,
      make('p', { class: 'summary', lang: inLanguage }, summary),
      this.buttons(open),
      make('details', { class: 'facts', open: open.owner === 'queue' }, make('summary', {}, 'What the agent knows'), facts),
      make('ol', { class: 'lines', tabindex: '0', role: 'log', 'aria-label': 'Conversation so far' }, ...lines),
      open.owner === 'human' ? this.reply(open) : null);
  }

  buttons(open) {
    const button = (words, what, kind) =>
      make('button', { type: 'button', class: kind, onclick: () => this.does(open, what) }, words);
    if (open.owner === 'queue') {
      return make('div', { class: 'does' }, button('Accept', 'accepted', 'primary'), button('Cannot take it', 'failed', 'quiet'));
    }
    if (open.owner === 'human') return make('div', { class: 'does' }, button('Give back to the bot', 'released', 'quiet'));
    return null;
  }

  reply(open) {
    const input = make('input', { type: 'text', 'aria-label': 'Answer to the customer', placeholder: 'Answer as the agent…', lang: lang(open.handoff.language), autocomplete: 'off' });
    const form = make('form', { class: 'speak small' }, input, make('button', { type: 'submit', class: 'primary' }, 'Send'));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const text = input.value.trim();
      if (!text) return;
      input.value = '';
      this.does(open, 'message', { text, id: service.newId('a') });
    });
    return form;
  }
}
