// A flow drawn: one row for each step in the order of its file, branches to the right of what they branch off, joined
// again by a hook where they come back. Rows never meet, so a flow of any size stays readable on a phone.

import { make, plain } from './service.js';

const ROW = 46;
const HIGH = 34;
const STEP = 22;
const LEFT = 12;
const WIDE = 300;
/** Latin signs that fit beside the icon, at 13 pixels. */
const SHOWN = 36;
const ICONS = {
  say: '“', ask: '?', confirm: '✓', choose: '⋔', call: '⚙', set: '=', when: '◇', run: '↳', wait: '◷', handoff: '☎',
  redo: '↺', end: '■',
};

/** The flow as SVG: where the conversation is (`here`, a step's name) and which steps it went through. */
export function draw(shape, here, visited) {
  const place = new Map(shape.steps.map((step, row) => [step.at, { x: LEFT + step.depth * STEP, y: row * ROW + 8, row }]));
  const deepest = Math.max(0, ...shape.steps.map((step) => step.depth));
  const width = LEFT * 2 + deepest * STEP + WIDE;
  const height = shape.steps.length * ROW + 8;
  const lines = shape.steps.map((step) => line(step, place, visited)).filter(Boolean);
  const hooks = shape.steps.map((step) => hook(step, shape, place)).filter(Boolean);
  const backs = shape.steps.map((step) => back(step, place)).filter(Boolean);
  const boxes = shape.steps.map((step) => box(step, place.get(step.at), here, visited));
  const where = shape.steps.find((step) => here && step.name === here);
  const told = where ? `, now at ${plain(where.title)}` : '';
  return make('svg', { class: 'flow', viewBox: `0 0 ${width} ${height}`, width, height, role: 'img',
    'aria-label': `${plain(shape.flow)}: ${shape.steps.length} steps${told}` }, ...lines, ...hooks, ...backs, ...boxes);
}

/** What leads to a step: straight down from the one before, or to the right out of a branch. */
function line(step, place, visited) {
  const to = place.get(step.at);
  const from = place.get(step.branch_of ?? step.after);
  if (!from) return null;
  const walked = visited.has(step.at) && visited.has(step.branch_of ?? step.after);
  const kind = `edge${walked ? ' walked' : ''}`;
  if (step.branch_of === null) {
    return make('path', { class: kind, d: `M${from.x + 8} ${from.y + HIGH}V${to.y}` });
  }
  const y = to.y + HIGH / 2;
  return make('path', { class: kind, d: `M${from.x + 8} ${from.y + HIGH}V${y - 6}Q${from.x + 8} ${y} ${from.x + 14} ${y}H${to.x}` });
}

/** A branch that goes on comes back to the line it left. */
function hook(step, shape, place) {
  if (!step.returns || step.depth === 0) return null;
  const { x, y } = place.get(step.at);
  const goesOn = shape.steps.some((next) => next.depth < step.depth && place.get(next.at).y > y && next.after !== null);
  if (!goesOn) return null;
  const below = y + HIGH;
  return make('path', { class: 'edge hook', d: `M${x + 8} ${below}v4q0 4 -4 4h${-(STEP - 4)}` });
}

function back(step, place) {
  const [from, to] = [place.get(step.at), place.get(step.back_to)];
  if (!from || !to) return null;
  const x = from.x;
  return make('path', { class: 'edge back', d: `M${x} ${from.y + HIGH / 2}C${x - 26} ${from.y} ${to.x - 22} ${to.y + HIGH} ${to.x} ${to.y + HIGH / 2}` });
}

function box(step, at, here, visited) {
  const isHere = Boolean(here) && step.name === here;
  const state = isHere ? 'here' : visited.has(step.at) ? 'been' : '';
  const branch = step.branch ? `${plain(step.branch)}: ` : '';
  const about = step.title.slice(step.kind.length).trim();
  // Why the name before the words: a box shows a line, and the name is what the rules call it.
  const words = plain(about) || step.text || step.kind;
  const label = `${branch}${words}`;
  const full = [`${branch}${plain(step.title)}`, step.text].filter(Boolean).join('\n');
  return make('g', { class: `step ${step.kind} ${state}`, transform: `translate(${at.x} ${at.y})`, 'data-y': at.y },
    make('title', {}, full),
    make('rect', { width: WIDE, height: HIGH, rx: 9 }),
    make('text', { class: 'icon', x: 17, y: 22, 'text-anchor': 'middle' }, ICONS[step.kind] ?? '·'),
    make('text', { x: 34, y: 22 }, branch ? make('tspan', { class: 'branch' }, branch) : null, short(words, SHOWN - branch.length)));
}

/** As much as fits; signs of East Asia are twice as wide. */
function short(text, room) {
  let used = 0;
  let shown = '';
  for (const sign of text) {
    used += /[⺀-鿿＀-￯]/.test(sign) ? 1.9 : 1;
    if (used > Math.max(room, 8)) return `${shown}…`;
    shown += sign;
  }
  return shown;
}
