// The page put together: which conversation, which colours, which panel; what one turn changes in all of them.

import * as service from './service.js';
import { Chat } from './chat.js';
import { Trace } from './trace.js';
import { Desk } from './desk.js';
import { Rules } from './rules.js';

const byId = (id) => document.getElementById(id);
const CHAT = 'kefu.conversation';
const COLOURS = 'kefu.colours';

const before = sessionStorage.getItem(CHAT);
let id = before ?? service.newId('play');

const trace = new Trace(byId('trace'), byId('why-of'));
const desk = new Desk();
const chat = new Chat({
  heard: async (text, turn) => {
    sessionStorage.setItem(CHAT, id);
    const [explained, seen] = await Promise.all([
      text ? service.explain(text).catch(() => null) : null,
      service.look(id).catch(() => null),
    ]);
    await trace.show(text, turn, explained, seen);
    if (seen) chat.owned(seen.owner, seen.language);
    desk.refresh();
  },
  conversation: () => id,
});
const rules = new Rules((known) => chat.know(known));
// Why: what an agent does changes who owns the conversation and where its flow stands.
desk.changed = async () => {
  const seen = await service.look(id).catch(() => null);
  if (seen) chat.owned(seen.owner, seen.language);
};

function colours(chosen) {
  document.documentElement.dataset.colours = chosen;
  byId('theme').setAttribute('aria-pressed', String(chosen === 'dark'));
}

const dark = matchMedia('(prefers-color-scheme: dark)');
colours(localStorage.getItem(COLOURS) ?? (dark.matches ? 'dark' : 'light'));
dark.addEventListener('change', () => {
  if (!localStorage.getItem(COLOURS)) colours(dark.matches ? 'dark' : 'light');
});
byId('theme').addEventListener('click', () => {
  const chosen = document.documentElement.dataset.colours === 'dark' ? 'light' : 'dark';
  localStorage.setItem(COLOURS, chosen);
  colours(chosen);
});

for (const tab of document.querySelectorAll('[data-shows]')) {
  tab.addEventListener('click', () => {
    document.body.dataset.panel = tab.dataset.shows;
    for (const other of document.querySelectorAll('[data-shows]')) other.removeAttribute('aria-current');
    tab.setAttribute('aria-current', 'true');
    // Why: what is not shown cannot be scrolled, and the end is what counts.
    chat.toEnd();
    desk.toEnd();
  });
}

byId('anew').addEventListener('click', () => {
  id = service.newId('play');
  sessionStorage.removeItem(CHAT);
  chat.clear();
  trace.clear();
  byId('say').focus();
});

/** Asks for a token until one is right. */
function signIn(sentence = '') {
  const dialog = byId('sign-in');
  byId('sign-in-error').textContent = sentence;
  if (!dialog.open) dialog.showModal();
}

byId('sign-in-form').addEventListener('submit', (event) => {
  event.preventDefault();
  service.keepToken(byId('token').value.trim());
  begin();
});
byId('sign-in').addEventListener('cancel', (event) => event.preventDefault());

let begun = false;
async function begin() {
  try {
    await rules.begin();
  } catch (failure) {
    signIn(failure.status === 401 || failure.status === 403 ? 'This is no operator’s token.' : failure.message);
    return;
  }
  if (byId('sign-in').open) byId('sign-in').close();
  if (begun) return;
  begun = true;
  const seen = before && await service.look(id).catch(() => null);
  if (seen) chat.restore(seen);
  chat.listen();
  desk.listen();
  rules.watch();
  byId('say').focus({ preventScroll: true });
}

if (service.token()) begin();
else signIn();
