import type { Panel } from './panels.ts'

/** A line of a panel, with its name in the legend. */
export interface Line {
  readonly name: string
  /** Seconds since 1970, and values. */
  readonly points: readonly (readonly [number, number])[]
}

export interface DrawnPanel {
  readonly panel: Panel
  readonly lines: readonly Line[]
}

/** Pixels of one unit of Grafana's grid. */
const column = 50
const row = 26
const colours = ['#3274d9', '#d44a3a', '#299c46', '#b877d9', '#e0752d', '#0a9ea4', '#a352cc', '#6e6e6e']
const mostNames = 6

/** The dashboard as Grafana lays it out, as an SVG. */
export function dashboardPicture(title: string, panels: readonly DrawnPanel[]): string {
  const height = Math.max(...panels.map(({ panel: { gridPos } }) => gridPos.y + gridPos.h)) * row + 40
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${24 * column} ${height}" font-family="sans-serif" font-size="11" fill="#333">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${24 * column}" height="${height}" fill="#f4f5f7"/>`,
    `<text x="12" y="24" font-size="16">${escaped(title)}</text>`,
    ...panels.map(
      (each) =>
        `<g transform="translate(${each.panel.gridPos.x * column} ${each.panel.gridPos.y * row + 36})">${drawn(each)}</g>`,
    ),
    '</svg>',
    '',
  ].join('\n')
}

function drawn({ panel, lines }: DrawnPanel): string {
  const { title, gridPos, type } = panel
  if (type === 'row') return `<text x="12" y="${row - 8}" font-size="14" font-weight="bold">${escaped(title)}</text>`
  const [width, height] = [gridPos.w * column - 8, gridPos.h * row - 8]
  const plot = { left: 58, top: 26, width: width - 70, height: height - 86 }
  const points = lines.flatMap((line) => line.points)
  const top = niceTop(Math.max(0, ...points.map(([, value]) => value)))
  const [from, to] = [Math.min(...points.map(([time]) => time)), Math.max(...points.map(([time]) => time))]
  const x = (time: number) => round(plot.left + (plot.width * (time - from)) / Math.max(1, to - from))
  const y = (value: number) => round(plot.top + plot.height * (1 - value / top))
  const unit = panel.fieldConfig?.defaults.unit
  const grid = [0, 0.5, 1].map(
    (part) =>
      `<path d="M${plot.left} ${y(top * part)}h${plot.width}" stroke="#e3e3e3"/><text x="${plot.left - 6}" y="${y(top * part) + 4}" text-anchor="end" fill="#777">${inUnit(top * part, unit)}</text>`,
  )
  const paths = lines.map(
    (line, at) =>
      `<polyline points="${line.points.map(([time, value]) => `${x(time)},${y(value)}`).join(' ')}" fill="none" stroke="${colourOf(at)}" stroke-width="1.2"/>`,
  )
  return [
    `<rect x="4" y="0" width="${width}" height="${height}" rx="3" fill="#fff" stroke="#dcdfe4"/>`,
    `<text x="14" y="17" font-size="12" font-weight="bold">${escaped(title)}</text>`,
    ...grid,
    ...paths,
    ...names(lines, plot.top + plot.height + 18, width),
  ].join('')
}

/** Three lines of two names each. */
function names(lines: readonly Line[], top: number, width: number): string[] {
  const shown = lines.slice(0, lines.length > mostNames ? mostNames - 1 : mostNames).map(({ name }) => name)
  const all = lines.length > shown.length ? [...shown, `and ${lines.length - shown.length} more`] : shown
  return all.map((name, at) => {
    const [x, y] = [14 + (at % 2) * (width / 2), top + Math.floor(at / 2) * 16]
    const mark = at < shown.length ? `<rect x="${x}" y="${y - 7}" width="9" height="3" fill="${colourOf(at)}"/>` : ''
    return `${mark}<text x="${x + 13}" y="${y}">${escaped(clippedName(name))}</text>`
  })
}

function colourOf(at: number): string {
  return colours[at % colours.length] ?? '#333'
}

function clippedName(name: string): string {
  return name.length > 32 ? `…${name.slice(-31)}` : name
}

/** 1, 2 or 5 times a power of ten. */
function niceTop(value: number): number {
  if (value <= 0) return 1
  const power = 10 ** Math.floor(Math.log10(value))
  return ([1, 2, 5, 10].find((times) => times * power >= value) ?? 10) * power
}

function inUnit(value: number, unit: string | undefined): string {
  if (value === 0) return '0'
  if (unit === 's') return value < 1 ? `${plain(value * 1000)} ms` : `${plain(value)} s`
  if (unit === 'bytes') return value >= 1e6 ? `${plain(value / 1e6)} MB` : `${plain(value / 1e3)} kB`
  if (unit === 'percentunit') return `${plain(value * 100)} %`
  return unit === 'reqps' ? `${plain(value)}/s` : plain(value)
}

function plain(value: number): string {
  return String(Number(value.toPrecision(2)))
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
