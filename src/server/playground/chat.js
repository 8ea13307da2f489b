// The customer's side: what is written, what comes back, chips, and what is said later without a question.

import * as service from './service.js';
import { make, lang } from './service.js';

const byId = (id) => document.getElementById(id);
const NAMES = { zh: '中文', en: 'English', es: 'Español', pt: 'Português' };
const OWNERS = { bot: 'The bot answers', queue: 'Waiting for a person', human: 'A person answers' };
const PAUSE = 2000;

export class Chat {
  /** `heard(text, turn)` is told of each turn; `conversation()` is the id. */
  constructor({ heard, conversation }) {
    this.heard = heard;
    this.conversation = conversation;
    this.log = byId('talk');
    this.input = byId('say');
    this.seen = new Set();
    byId('speak').addEventListener('submit', (event) => {
      event.preventDefault();
      const text = this.input.value.trim();
      if (text) this.say(text);
    });
    this.input.addEventListener('keydown', (event) => {
      // Why: Enter while Chinese is being composed chooses a word and sends nothing.
      if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        byId('speak').requestSubmit();
      }
    });
    this.input.addEventListener('input', () => this.grow());
  }

  /** The languages of the pack, and what can be tried. */
  know({ languages, samples }) {
    byId('languages').replaceChildren(
      ...languages.flatMap((code, at) => [at ? ' · ' : '', make('strong', { lang: lang(code) }, NAMES[code] ?? code)]),
    );
    // Why not the first of each: the same question in four languages shows less than four questions.
    const tries = languages.flatMap((code, at) => {
      const texts = samples[code] ?? [];
      return [...texts.slice(2 * at), ...texts].slice(0, 2).map((text) => ({ code, text }));
    });
    byId('samples').replaceChildren(
      ...tries.map(({ code, text }) =>
        make('button', { type: 'button', class: 'chip', lang: lang(code), onclick: () => this.say(text) }, text)),
    );
  }

  /** A conversation that was going on before the page was loaded. */
  restore({ transcript, owner, language }) {
    for (const line of transcript) this.bubble(line.who, line.text, language);
    this.owned(owner, language);
  }

  owned(owner, language) {
    const badge = byId('chat-state');
    if (badge.textContent !== OWNERS[owner]) badge.textContent = OWNERS[owner];
    badge.dataset.owner = owner;
    if (language) this.input.lang = lang(language);
  }

  clear() {
    this.waits?.abort();
    this.log.replaceChildren();
    this.log.removeAttribute('tabindex');
    byId('welcome').hidden = false;
    this.owned('bot');
  }

  async say(text) {
    this.input.value = '';
    this.grow();
    this.bubble('customer', text);
    await this.send({ text, id: service.newId('m'), channel: 'web' }, text);
  }

  async choose(chip) {
    this.bubble('customer', chip.label);
    await this.send({ choice: chip.value, id: service.newId('m'), channel: 'web' }, null);
    this.input.focus({ preventScroll: true });
  }

  async send(event, text) {
    const id = this.conversation();
    for (const chip of this.log.querySelectorAll('.chips button')) chip.disabled = true;
    const waits = make('li', { class: 'typing', 'aria-hidden': 'true' }, make('i'), make('i'), make('i'));
    this.log.append(waits);
    this.toEnd();
    try {
      const turn = await service.tell(id, event);
      waits.remove();
      if (id !== this.conversation()) return;
      this.answered(turn);
      await this.heard(text, turn);
    } catch (failure) {
      waits.remove();
      this.note(failure.message, 'wrong');
    }
  }

  answered(turn) {
    for (const reply of turn.replies) this.reply(reply, turn.language);
    for (const effect of turn.effects) {
      if (effect.kind === 'handoff_opened') this.note(`Handed over: ${service.plain(effect.reason)}`);
      if (effect.kind === 'handoff_withdrawn') this.note('The person is no longer wanted');
    }
    if (!turn.replies.length && turn.waiting === 'agent') this.note('The bot is silent: a person has the conversation');
    this.toEnd();
  }

  reply(reply, language) {
    const item = this.bubble('bot', reply.text, language);
    for (const card of reply.cards ?? []) {
      const title = card.title ?? card.link ?? card.image;
      const link = card.link && /^https?:/.test(card.link)
        ? make('a', { href: card.link, rel: 'noreferrer', target: '_blank' }, title) : title;
      item.append(make('div', { class: 'card', lang: lang(language) }, link));
    }
    if (!reply.chips.length) return;
    const chips = reply.chips.map((chip) =>
      make('button', { type: 'button', class: 'chip', onclick: () => this.choose(chip) }, chip.label));
    item.append(make('div', { class: 'chips', role: 'group', 'aria-label': 'Choices', lang: lang(language) }, ...chips));
  }

  bubble(who, text, language) {
    byId('welcome').hidden = true;
    // Why not from the start: there is nothing to scroll yet.
    this.log.tabIndex = 0;
    const speaker = { customer: 'You', bot: 'Bot', agent: 'Agent' }[who];
    const item = make('li', { class: who },
      make('span', { class: who === 'agent' ? 'speaker' : 'unseen' }, `${speaker}: `),
      make('p', { lang: who === 'customer' ? null : lang(language) }, text));
    this.log.append(item);
    this.toEnd();
    return item;
  }

  note(text, kind = '') {
    this.log.append(make('li', { class: `note ${kind}` }, text));
    this.toEnd();
  }

  /** What is said when nobody asked: an agent's words, reminders, news of the shop. */
  async listen() {
    for (;;) {
      const id = this.conversation();
      this.waits = new AbortController();
      try {
        const { items } = await service.later(id, 20, this.waits.signal);
        if (id !== this.conversation()) continue;
        for (const item of items.filter((item) => !this.seen.has(item.id))) {
          this.seen.add(item.id);
          if (item.to === 'agent') this.bubble('agent', item.text);
          else {
            this.answered(item.turn);
            await this.heard(null, item.turn);
          }
        }
        if (items.length) await service.laterTaken(id, items.map((item) => item.id));
      } catch {
        // Why at once then: another conversation was begun.
        if (this.waits.signal.aborted) continue;
        await new Promise((done) => setTimeout(done, PAUSE));
      }
    }
  }

  grow() {
    this.input.style.height = 'auto';
    this.input.style.height = `${Math.min(this.input.scrollHeight, 140)}px`;
  }

  toEnd() {
    this.log.scrollTop = this.log.scrollHeight;
  }
}
