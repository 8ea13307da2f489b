use crate::driver::Browser;

/// What every visible part of a page must keep: a name for whatever can be used, contrast of text of at least 4.5 to 1
/// (WCAG 2.2, 1.4.3), nothing wider than the screen.
const AUDIT: &str = r"
const wrong = [];
const seen = (one) => one.getClientRects().length > 0 && getComputedStyle(one).visibility === 'visible';
const told = (one) => `${one.tagName.toLowerCase()}.${one.getAttribute('class') ?? ''} “${one.textContent.trim().slice(0, 30)}”`;
for (const one of document.querySelectorAll('button, input, textarea, a[href], summary')) {
  if (!seen(one)) continue;
  const name = one.getAttribute('aria-label') || one.textContent.trim() || (one.labels && [...one.labels].map((label) => label.textContent).join(' '));
  if (!name) wrong.push(`no name: ${told(one)}`);
}
for (const one of document.querySelectorAll('[role=log], [role=status], [role=alert]')) {
  if (one.closest('[aria-hidden=true]')) wrong.push(`hidden from screen readers: ${told(one)}`);
}
const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
const rgba = (colour) => {
  canvas.clearRect(0, 0, 1, 1);
  canvas.fillStyle = colour;
  canvas.fillRect(0, 0, 1, 1);
  return [...canvas.getImageData(0, 0, 1, 1).data];
};
const light = (colour) => colour.slice(0, 3).map((part) => part / 255)
  .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
  .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
const ground = (one) => {
  for (let at = one; at; at = at.parentElement) {
    const colour = rgba(getComputedStyle(at).backgroundColor);
    if (colour[3] > 250) return colour;
  }
  return [255, 255, 255, 255];
};
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
for (let node = walker.nextNode(); node; node = walker.nextNode()) {
  const one = node.parentElement;
  if (!node.textContent.trim() || !seen(one) || one.closest('svg, .unseen, script, noscript, .skip')) continue;
  const [front, back] = [light(rgba(getComputedStyle(one).color)), light(ground(one))];
  const contrast = (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
  if (contrast < 4.5) wrong.push(`contrast ${contrast.toFixed(2)}: ${told(one)}`);
}
const page = document.scrollingElement;
if (page.scrollWidth > innerWidth) wrong.push(`${page.scrollWidth} wide on a screen of ${innerWidth}`);
return wrong.join('\n');
";

/// Keeps a picture of the page as it stands, and fails with all that is wrong with it.
pub(crate) fn audit(browser: &Browser, picture: &str) {
    browser.picture(picture);
    assert_eq!(browser.run(AUDIT).as_str(), Some(""), "{picture}");
}
