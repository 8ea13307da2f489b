// The desk: cases with what the handoff tells, and an answer to the customer. The key stands behind `#` in the address.
const byId = (id) => document.getElementById(id);
const make = (tag, about = {}, ...inside) => {
  const element = Object.assign(document.createElement(tag), about);
  element.append(...inside);
  return element;
};
const key = location.hash.slice(1);

async function ask(path, body) {
  const headers = { 'X-Desk-Key': key, 'Content-Type': 'application/json' };
  const response = await fetch(path, body ? { method: 'POST', headers, body: JSON.stringify(body) } : { headers });
  if (!response.ok) throw new Error((await response.json().catch(() => ({}))).error ?? 'This did not work.');
  return response.json();
}

async function does(shown, what, text = '') {
  await ask(`api/desk/${encodeURIComponent(shown.conversation)}/${what}`, { text }).catch((error) => { byId('state').textContent = error.message; });
  look();
}

function drawn(shown) {
  const { handoff, owner } = shown;
  const button = (words, what, className = '') => make('button', { type: 'button', textContent: words, className, onclick: () => does(shown, what) });
  const lines = [...handoff.transcript, ...shown.lines].map((line) =>
    make('li', {}, make('span', { className: 'who', textContent: `${line.who} ` }), line.text));
  const box = make('article', { className: 'case' },
    make('h2', { textContent: `${handoff.reason.replaceAll('_', ' ')} · ${handoff.priority} · ${handoff.queue}` }),
    make('p', { textContent: handoff.summary.en ?? '' }),
    make('ol', { tabIndex: 0 }, ...lines),
    owner === 'queue' ? button('Accept', 'accept', 'primary') : button('Give back to the bot', 'release'));
  if (owner === 'human') {
    const input = make('input', { placeholder: 'Answer…', ariaLabel: 'Answer to the customer' });
    const form = make('form', {}, input, make('button', { type: 'submit', textContent: 'Send' }));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      if (input.value.trim()) does(shown, 'message', input.value.trim());
      input.value = '';
    });
    box.append(form);
  }
  return box;
}

let before = '';
async function look() {
  try {
    const cases = await ask('api/desk');
    // Only what changed is drawn, so that nobody is disturbed at writing.
    const now = JSON.stringify(cases);
    if (now !== before) {
      before = now;
      const typed = document.querySelector('.case input')?.value ?? '';
      byId('cases').replaceChildren(...cases.map(drawn));
      const input = document.querySelector('.case input');
      if (input && typed) input.value = typed;
      for (const list of document.querySelectorAll('.case ol')) list.scrollTop = list.scrollHeight;
      byId('state').textContent = cases.length ? `${cases.length} open` : 'nobody waits';
    }
  } catch (error) {
    byId('state').textContent = error.message;
  }
}

look();
setInterval(look, 1500);
