/** Curves over the unit square, as an SVG that is readable on light and dark backgrounds. */
export function curvePicture(options: {
  readonly title: string
  readonly x: string
  readonly y: string
  readonly curves: readonly { readonly name: string; readonly points: readonly (readonly [number, number])[] }[]
}): string {
  const { title, x, y, curves } = options
  const side = 300
  const left = 60
  const top = 40
  const at = ([px, py]: readonly [number, number]) => `${round(left + px * side)},${round(top + (1 - py) * side)}`
  const ticks = [0, 0.25, 0.5, 0.75, 1].flatMap((t) => [
    `<text x="${round(left + t * side)}" y="${top + side + 18}" text-anchor="middle">${t}</text>`,
    `<text x="${left - 8}" y="${round(top + (1 - t) * side + 4)}" text-anchor="end">${t}</text>`,
  ])
  const lines = curves.flatMap(({ name, points }, c) => [
    `<polyline points="${points.map(at).join(' ')}" fill="none" stroke="${colours[c % colours.length]}" stroke-width="2"/>`,
    `<text x="${left + side + 16}" y="${top + 14 + 20 * c}" fill="${colours[c % colours.length]}">${escaped(name)}</text>`,
  ])
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 ${top + side + 50}" font-family="sans-serif" font-size="13" fill="#777">`,
    `<title>${escaped(title)}</title>`,
    `<text x="${left}" y="22" font-size="15">${escaped(title)}</text>`,
    `<rect x="${left}" y="${top}" width="${side}" height="${side}" fill="none" stroke="#777"/>`,
    `<line x1="${left}" y1="${top + side}" x2="${left + side}" y2="${top}" stroke="#777" stroke-dasharray="4 4"/>`,
    ...ticks,
    `<text x="${left + side / 2}" y="${top + side + 38}" text-anchor="middle">${escaped(x)}</text>`,
    `<text transform="translate(16 ${top + side / 2}) rotate(-90)" text-anchor="middle">${escaped(y)}</text>`,
    ...lines,
    '</svg>',
    '',
  ].join('\n')
}

const colours = ['#2b7bba', '#d1495b', '#3a9d5d', '#b07aa1', '#d98f2b']

function round(value: number): number {
  return Math.round(value * 10) / 10
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
