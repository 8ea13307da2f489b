// The shop's page: the orders of whoever looks, and the chat.
const byId = (id) => document.getElementById(id);
const make = (tag, about = {}, ...inside) => {
  const element = Object.assign(document.createElement(tag), about);
  element.append(...inside);
  return element;
};
const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16)).join('');

async function ask(path, body) {
  const options = body && { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(path, options);
  if (!response.ok) throw new Error('This did not work. Please try again.');
  return response.json();
}

function bubble(who, text) {
  const item = make('li', { className: who }, make('p', { textContent: text }));
  if (who === 'agent') item.dataset.name = 'Customer service';
  byId('talk').append(item);
  byId('talk').scrollTop = byId('talk').scrollHeight;
  return item;
}

function show(who, reply) {
  const item = bubble(who, reply.text);
  for (const card of reply.cards ?? []) item.append(make('div', { textContent: `· ${card.title ?? card.link}` }));
  if (reply.chips?.length) {
    const chips = reply.chips.map((chip) => make('button', { type: 'button', textContent: chip.label, onclick: () => say(chip.label, { choice: chip.value }) }));
    item.append(make('div', { className: 'chips' }, ...chips));
  }
  byId('talk').scrollTop = byId('talk').scrollHeight;
}

async function say(shown, event) {
  bubble('customer', shown);
  for (const chip of document.querySelectorAll('.chips button')) chip.disabled = true;
  try {
    // The id makes a message that is sent twice one message.
    const { replies } = await ask('api/say', { id: newId(), ...event });
    for (const reply of replies) show('bot', reply);
    orders();
  } catch (error) {
    bubble('note', error.message);
  }
}

async function orders() {
  const rows = await ask('api/orders').catch(() => []);
  byId('orders').replaceChildren(...rows.map((order) => make('li', {},
    make('b', { textContent: order.title }), make('span', { textContent: order.amount.toFixed(2) }),
    make('span', { textContent: order.order_no }), make('span', { textContent: order.status }))));
}

byId('speak').addEventListener('submit', (event) => {
  event.preventDefault();
  const text = byId('say').value.trim();
  byId('say').value = '';
  if (text) say(text, { text });
});

let seen = 0;
async function news() {
  for (const line of await ask(`api/later?after=${seen}`).catch(() => [])) {
    seen = line.number;
    show(line.who, line.reply);
  }
  setTimeout(news, 1500);
}

orders();
news();
