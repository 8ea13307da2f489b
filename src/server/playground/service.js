// What the page asks of the service: every request with the operator's token, every failure with its sentence.

const KEPT = 'kefu.token';

/** A request that led to nothing: its status, a word for programs, a sentence, and what is wrong with rules. */
export class Failure extends Error {
  constructor(status, error) {
    super(error.message ?? `the service answered ${status}`);
    this.status = status;
    this.code = error.code ?? 'unknown';
    this.diagnostics = error.diagnostics ?? [];
  }
}

/** The token: from the address, where it is taken out again, or kept by this tab. */
export function token() {
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  if (given) {
    keepToken(given);
    history.replaceState(null, '', location.pathname);
  }
  return sessionStorage.getItem(KEPT);
}

export function keepToken(given) {
  sessionStorage.setItem(KEPT, given);
}

/** One request; the answer as an object. A signal ends a wait that nobody needs any more. */
export async function ask(method, path, body, signal) {
  const headers = { Authorization: `Bearer ${sessionStorage.getItem(KEPT) ?? ''}` };
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  let response;
  try {
    response = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body), signal });
  } catch {
    throw new Failure(0, { code: 'unreachable', message: 'The service cannot be reached.' });
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Failure(response.status, answer.error ?? {});
  return answer;
}

const conversation = (id) => `/v1/conversations/${encodeURIComponent(id)}`;
const case_ = (id) => `/v1/desk/conversations/${encodeURIComponent(id)}`;

export const rules = () => ask('GET', '/v1/rules');
export const reloadIfChanged = () => ask('POST', '/v1/reload?if=changed');
export const explain = (text) => ask('POST', '/v1/explain', { text });
export const flow = (name) => ask('GET', `/v1/flows/${encodeURIComponent(name)}`);
export const look = (id) => ask('GET', conversation(id));
export const tell = (id, event) => ask('POST', `${conversation(id)}/events`, event);
export const later = (id, wait, signal) => ask('GET', `${conversation(id)}/later?wait=${wait}`, undefined, signal);
export const laterTaken = (id, ids) => ask('POST', `${conversation(id)}/later/taken`, { ids });
export const deskNews = (wait) => ask('GET', `/v1/desk/news?wait=${wait}`);
export const deskTaken = (id, ids) => ask('POST', `${case_(id)}/taken`, { ids });
export const deskDoes = (id, what, body) => ask('POST', `${case_(id)}/${what}`, body ?? {});

/** An element with its attributes and what is in it. Texts are never read as markup. */
export function make(tag, attributes = {}, ...inside) {
  const drawn = ['svg', 'g', 'path', 'rect', 'circle', 'text', 'title', 'tspan'].includes(tag);
  const element = drawn ? document.createElementNS('http://www.w3.org/2000/svg', tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...inside.filter((part) => part !== null && part !== undefined));
  return element;
}

/** A new id: of a conversation, or of a message so that sending it twice is one turn. */
export function newId(kind) {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  return `${kind}-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

/** The script a text is written in, as browsers and screen readers want to know it. */
export const lang = (language) => (language === 'zh' ? 'zh-Hans' : language ?? null);

/** A value of a slot in words: lists and amounts of money too. */
export function shown(value) {
  if (Array.isArray(value)) return value.map(shown).join(', ');
  if (value && typeof value === 'object') return Object.values(value).map(shown).join(' ');
  return String(value ?? '');
}

/** A name of the rules in plain words. */
export const plain = (name) => String(name).replaceAll('_', ' ');
