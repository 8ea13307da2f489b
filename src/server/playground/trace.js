// Why a turn is as it is: the words that counted, what they speak for, the rung that took the turn, flow, slots, records.

import * as service from './service.js';
import { make, plain, shown } from './service.js';
import { draw } from './graph.js';

const RUNGS = {
  duplicate: 'seen before', alarm: 'danger or law', person: 'asked for a person', owner: 'a person has it',
  pending: 'host work under way', expired: 'left too long', choice: 'chip, yes or no', answer: 'answer to the question',
  repair: 'correction or command', request: 'something the pack knows', loose_answer: 'answer among other words',
  clarify: '“A or B?”', miss: 'not understood', action: 'result of host work', host: 'desk, host or clock',
};
const ORDER = ['duplicate', 'alarm', 'person', 'owner', 'pending', 'expired', 'choice', 'answer', 'repair', 'request',
  'loose_answer', 'clarify', 'miss'];
const percent = (share) => `${Math.round(share * 100)} %`;

export class Trace {
  constructor(place, of) {
    this.place = place;
    this.of = of;
    this.blank = place.firstElementChild;
    this.flows = new Map();
    this.path = [];
  }

  clear() {
    this.place.replaceChildren(this.blank);
    this.of.textContent = 'the last turn';
    this.path = [];
  }

  /** `text` is null for chips and what came by itself. */
  async show(text, turn, explained, seen) {
    this.of.textContent = text ? 'the last message' : 'the last event';
    const parts = [];
    if (text && explained) parts.push(message(text, explained));
    parts.push(decision(turn));
    if (explained) parts.push(...explained.requests.map((request, at, all) => candidates(request, at, all.length)));
    parts.push(await this.flow(turn, seen), slots(seen), explained && values(explained), records(turn));
    this.place.replaceChildren(...parts.filter(Boolean));
    this.place.scrollTop = 0;
    this.place.querySelector('.map .here')?.dispatchEvent(new CustomEvent('drawn', { bubbles: true }));
  }

  async flow(turn, seen) {
    const walked = (turn.walked ?? []).map((walk) => walk.step).filter(Boolean);
    const stack = seen?.flows ?? [];
    const name = stack.at(-1)?.flow ?? walked.at(-1)?.[0];
    // Why: the path of a flow is gathered turn by turn, until no flow is open any more.
    if (!stack.length) this.path = [];
    this.path.push(...walked);
    if (!name) return null;
    if (!this.flows.has(name)) this.flows.set(name, await service.flow(name).catch(() => null));
    const shape = this.flows.get(name);
    if (!shape) return null;
    const here = stack.at(-1)?.step ?? null;
    const visited = new Set([...this.path, ...walked].filter(([flow]) => flow === name).map(([, at]) => at));
    const crumbs = stack.map(({ flow }) => plain(flow)).join(' › ') || `${plain(name)} (ended)`;
    const section = part('Flow', make('p', { class: 'crumbs' }, crumbs, here ? ` — at ${plain(here)}` : ''));
    const map = make('div', { class: 'map', tabindex: '0', role: 'group', 'aria-label': `Steps of ${plain(name)}` },
      draw(shape, here, visited));
    section.append(map);
    section.addEventListener('drawn', () => {
      const spot = map.querySelector('.here');
      if (spot) map.scrollTop = Math.max(0, Number(spot.dataset.y) - map.clientHeight / 2);
    });
    return section;
  }

  /** Rules were loaded anew: flows may look otherwise. */
  forget() {
    this.flows.clear();
  }
}

function part(title, ...inside) {
  return make('section', { class: 'part' }, make('h3', {}, title), ...inside.filter(Boolean));
}

/** The message with what counted in it. Spans are bytes of UTF-8. */
function message(text, explained) {
  const marks = [];
  const best = new Set();
  for (const request of explained.requests) {
    request.candidates.forEach((candidate, rank) => {
      for (const hit of candidate.evidence) {
        if (rank === 0) best.add(candidate.intent);
        marks.push({ span: hit.span, kind: rank === 0 ? 'best' : 'other', why: `${plain(candidate.intent)}: ${hit.rule}` });
      }
    });
  }
  for (const found of explained.entities) marks.push({ span: found.span, kind: 'value', why: `${plain(found.entity)}` });
  for (const hit of explained.lexicons) marks.push({ span: hit.span, kind: 'mood', why: `${plain(hit.lexicon)}, ${hit.weight}` });
  const pieces = marked(text, marks);
  const quote = make('p', { class: 'quote', lang: service.lang(explained.language) }, ...pieces);
  const kinds = [['best', 'speaks for the first'], ['other', 'speaks for others'], ['value', 'a value'], ['mood', 'mood']];
  const legend = kinds.filter(([kind]) => pieces.some((piece) => piece.className === kind))
    .map(([kind, word]) => make('li', {}, make('mark', { class: kind }, word)));
  return part('Message', quote, legend.length ? make('ul', { class: 'legend' }, ...legend) : null);
}

function marked(text, marks) {
  const bytes = new TextEncoder().encode(text);
  const read = (from, to) => new TextDecoder().decode(bytes.slice(from, to));
  const edges = [...new Set([0, bytes.length, ...marks.flatMap((mark) => mark.span)])].sort((a, b) => a - b);
  const ORDER_OF_KINDS = ['value', 'best', 'mood', 'other'];
  const pieces = [];
  edges.slice(0, -1).forEach((from, at) => {
    const to = edges[at + 1];
    const over = marks.filter((mark) => mark.span[0] <= from && mark.span[1] >= to);
    const kind = ORDER_OF_KINDS.find((kind) => over.some((mark) => mark.kind === kind)) ?? '';
    const why = over.map((mark) => mark.why);
    const last = pieces.at(-1);
    // Why: what counts alike and stands together reads as one.
    if (last && last.kind === kind) Object.assign(last, { to, why: [...last.why, ...why] });
    else pieces.push({ from, to, kind, why });
  });
  return pieces.map(({ from, to, kind, why }) =>
    (kind ? make('mark', { class: kind, title: [...new Set(why)].join('\n') }, read(from, to)) : read(from, to)));
}

function decision(turn) {
  const why = new Map((turn.passed ?? []).map(({ rung, why }) => [rung, why]));
  const at = ORDER.indexOf(turn.rung);
  const taken = make('p', { class: 'taken' }, make('strong', {}, plain(turn.rung)), ` — ${RUNGS[turn.rung] ?? ''}`,
    turn.replay ? ' (again: the message was delivered twice)' : '');
  if (at < 0) return part('Taken by', taken);
  const ladder = ORDER.map((rung, place) => {
    const state = rung === turn.rung ? 'taken' : place < at ? 'passed' : 'below';
    return make('li', { class: state, 'aria-current': state === 'taken' ? 'step' : null },
      make('span', { class: 'rung' }, plain(rung)),
      make('span', { class: 'reason' }, state === 'passed' ? why.get(rung) ?? RUNGS[rung] : RUNGS[rung]));
  });
  return part('Taken by', taken,
    make('details', {}, make('summary', {}, 'The order of a turn'), make('ol', { class: 'ladder' }, ...ladder)));
}

/** Rules shown at once for a candidate; the others behind a click. */
const SHOWN = 3;

const OUTCOMES = {
  act: 'sure enough to act', clarify: 'too close: it asks which is meant', nothing: 'nothing is sure enough',
};

function candidates(request, at, count) {
  const rows = request.candidates.slice(0, 5).map((candidate, rank) => {
    const bar = make('span', { class: 'bar', 'aria-hidden': 'true' }, make('i'));
    bar.firstChild.style.width = `${candidate.confidence * 100}%`;
    const hits = [...candidate.evidence].sort((one, other) => other.weight - one.weight).map((hit) =>
      make('li', {}, make('b', {}, `${hit.weight < 0 ? '' : '+'}${Math.round(hit.weight)}`), make('q', {}, hit.text),
        make('code', { title: hit.rule }, hit.rule)));
    const evidence = [...hits.slice(0, SHOWN)];
    if (hits.length > SHOWN) {
      const more = make('details', {}, make('summary', {}, `${hits.length - SHOWN} more`), make('ul', {}, ...hits.slice(SHOWN)));
      evidence.push(make('li', { class: 'more' }, more));
    }
    return make('li', { class: rank === 0 && request.decision === 'act' ? 'first' : null },
      make('div', { class: 'line' }, make('span', { class: 'name' }, plain(candidate.intent)),
        make('span', { class: 'share' }, percent(candidate.confidence))),
      bar, evidence.length ? make('ul', { class: 'evidence' }, ...evidence) : null);
  });
  const which = count > 1 ? `Understood ${at + 1} of ${count}` : 'Understood as';
  const clause = count > 1 ? make('p', { class: 'clause' }, make('q', {}, request.text)) : null;
  const sure = make('p', { class: 'sure' }, `${percent(request.confidence)} in scope · ${OUTCOMES[request.decision] ?? ''}`);
  return part(which, clause, sure, make('ol', { class: 'candidates' }, ...rows));
}

/** Words that only look like rules of another language are no news. */
const OTHER_LANGUAGE = 'the message is in another language';

function values(explained) {
  const rows = [
    ...explained.entities.map((found) => [plain(found.entity), found.text]),
    ...explained.lexicons.map((hit) => [plain(hit.lexicon), `${hit.text} (${hit.weight}${hit.negated ? ', negated' : ''})`]),
    ...explained.mended.map((word) => ['read as', `${word.text} → ${word.meant}`]),
  ];
  const idle = new Set(explained.withheld.filter(({ why }) => why !== OTHER_LANGUAGE)
    .map((found) => `“${found.text}” for ${plain(found.speaks_for)}: ${found.why}`));
  if (!rows.length && !idle.size) return null;
  return part('Also found', rows.length ? table(rows) : null, idle.size ? make('details', {},
    make('summary', {}, `${idle.size} not counted`),
    make('ul', { class: 'records' }, ...[...idle].map((words) => make('li', {}, words)))) : null);
}

function slots(seen) {
  const rows = Object.entries(seen?.slots ?? {}).map(([name, value]) => [plain(name), shown(value)]);
  return rows.length ? part('Slots', table(rows)) : null;
}

function table(rows) {
  return make('dl', { class: 'table' }, ...rows.flatMap(([name, value]) => [make('dt', {}, name), make('dd', {}, value)]));
}

function records(turn) {
  const lines = (turn.records ?? []).map((record) => {
    const { format, at, session, revision, language, channel, event, ...more } = record;
    const about = Object.entries(more).filter(([, value]) => value !== null && !(Array.isArray(value) && value.length < 2))
      .map(([name, value]) => `${plain(name)} ${typeof value === 'number' ? Math.round(value * 100) / 100 : plain(value)}`);
    return make('li', {}, make('strong', {}, plain(event)), about.length ? ` ${about.join(' · ')}` : '');
  });
  return lines.length ? part('Ledger', make('ul', { class: 'records' }, ...lines)) : null;
}
