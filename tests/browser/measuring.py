"""Questions to a page that only a browser can answer, as scripts that it runs."""

from __future__ import annotations

# Every text with the contrast to what lies behind it: the nearest painted element around it, in the picture the last bar under it.
CONTRASTS = """() => {
  const light = ([r, g, b]) => [r, g, b].map(c => c / 255).map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const parse = colour => (colour.match(/[\\d.]+/g) || []).map(Number);
  const behind = element => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const under = label => {
    const box = label.getBoundingClientRect(), x = box.left + box.width / 2, y = box.top + box.height / 2;
    const bars = [...label.ownerSVGElement.querySelectorAll('rect')].filter(bar => {
      const at = bar.getBoundingClientRect();
      return bar.compareDocumentPosition(label) & Node.DOCUMENT_POSITION_FOLLOWING && bar.getAttribute('fill').startsWith('#')
        && at.left <= x && x <= at.right && at.top <= y && y <= at.bottom;
    });
    return bars.length ? parse(getComputedStyle(bars.at(-1)).fill) : [255, 255, 255];
  };
  document.querySelectorAll('details').forEach(one => one.open = true);
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const element = walk.currentNode.parentElement, words = walk.currentNode.data.trim();
    if (!words || element.closest('title, desc, style')) continue;
    const drawn = element.closest('svg') !== null, style = getComputedStyle(element);
    const colours = [parse(drawn ? style.fill : style.color), drawn ? under(element) : behind(element)];
    const [dark, bright] = colours.map(light).sort((a, b) => a - b);
    found.push({words, contrast: (bright + 0.05) / (dark + 0.05)});
  }
  return found;
}"""

# Pairs of labels of the picture that lie over one another, and labels that reach out of it.
CLASHES = """() => {
  const labels = [...document.querySelectorAll('svg text')].map(one => [one.textContent, one.getBoundingClientRect()]);
  const frame = document.querySelector('svg').getBoundingClientRect();
  const found = labels.filter(([, box]) => box.left < frame.left - 1 || box.right > frame.right + 1 || box.bottom > frame.bottom + 1)
    .map(([words]) => words + ' leaves the picture');
  labels.forEach(([words, a], i) => labels.slice(i + 1).forEach(([other, b]) => {
    const across = Math.min(a.right, b.right) - Math.max(a.left, b.left), down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    if (across > 1 && down > 2) found.push(`${words} / ${other}`);
  }));
  return found;
}"""

# The size in pixels that the smallest label of the picture has on the screen or on paper.
SMALLEST = """() => {
  const svg = document.querySelector('svg'), scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
  return Math.min(...[...svg.querySelectorAll('text')].map(one => parseFloat(one.getAttribute('font-size')) * scale));
}"""

# Elements that reach further right than the page is wide, other than in a part that scrolls by itself.
TOO_WIDE = """() => [...document.querySelectorAll('main *')].filter(one => !one.closest('.picture')
  && one.getBoundingClientRect().right > document.documentElement.clientWidth + 1).map(one => one.outerHTML.slice(0, 80))"""

# Words of the parts of a page that can be closed which are not seen; of an option that does not apply, paper leaves out more on purpose.
HIDDEN = """() => [...document.querySelectorAll('details > *:not(summary)')].filter(one => !one.closest('.card.no'))
  .filter(one => !one.checkVisibility()).map(one => one.textContent.slice(0, 80))"""

# What an option that does not apply shows of its reasons.
REFUSALS = """() => [...document.querySelectorAll('.card.no')].map(one => [one.querySelector('h4').innerText,
  [...one.querySelectorAll('.reasons .no')].filter(reason => reason.checkVisibility()).length])"""
