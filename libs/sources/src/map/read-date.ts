/**
 * Parses a date or a time by a layout of `yyyy`, `MM`, `dd`, `HH`, `mm`, `ss`. `M`, `d` and `H` match one digit or two, and `MMM`
 * matches `Jan` or `JAN`. Other characters match themselves. `iso` parses dates and times of ISO 8601, `epoch` seconds or
 * milliseconds since 1970, and `filetime` the units of 100 nanoseconds since 1601 in Active Directory. Returns `2024-12-31` or
 * `2024-12-31T23:59:59Z`; undefined when the text does not match.
 */
export function readDate(text: string, layout: string): string | undefined {
  switch (layout) {
    case 'iso':
      return isoDate(text)
    case 'epoch': {
      if (!/^\d{9,13}$/.test(text)) return undefined
      const number = Number(text)
      return timeText(text.length > 11 ? number : number * 1000)
    }
    case 'filetime': {
      if (!/^\d{17,19}$/.test(text)) return undefined
      return timeText(Number(BigInt(text) / 10_000n) - 11_644_473_600_000)
    }
    default:
      return byLayout(text, layout)
  }
}

export const dateLayout = /^(iso|epoch|filetime|(?=.*yyyy)(?=.*M)(?=.*d)[yMdHms\s./:T,-]+)$/

const monthNames = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

function isoDate(text: string): string | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(?:\.\d+)?(Z|[+-]\d{2}:?\d{2})?)?$/i.exec(text)
  if (match === null) return undefined
  const [, year = '', month = '', day = '', time, zone] = match
  if (!isDay(Number(year), Number(month), Number(day))) return undefined
  if (time === undefined) return `${year}-${month}-${day}`
  const offset =
    zone === undefined || /z/i.test(zone) ? 'Z' : zone.includes(':') ? zone : `${zone.slice(0, 3)}:${zone.slice(3)}`
  return timeText(Date.parse(`${year}-${month}-${day}T${time}${offset}`))
}

function byLayout(text: string, layout: string): string | undefined {
  const names: string[] = []
  const pattern = layout.replaceAll(/yyyy|MMM|MM?|dd?|HH?|mm|ss|[^\w]|\w/g, (token) => {
    if (/^(yyyy|MMM|MM?|dd?|HH?|mm|ss)$/.test(token)) {
      names.push(token[0] ?? '')
      if (token === 'MMM') return `(${monthNames.join('|')})`
      return token === 'yyyy' ? '(\\d{4})' : token.length === 2 ? '(\\d{2})' : '(\\d{1,2})'
    }
    return token.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
  })
  const match = new RegExp(`^${pattern}$`, 'i').exec(text)
  if (match === null) return undefined
  const of = (name: string) => numberOf(match[names.indexOf(name) + 1] ?? '')
  const [year, month, day] = [of('y'), of('M'), of('d')]
  if (!isDay(year, month, day)) return undefined
  const date = `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
  if (!names.includes('H')) return date
  return timeText(Date.UTC(year, month - 1, day, of('H'), of('m'), of('s')))
}

/** Digits as a number, or the number of a month by its name. */
function numberOf(text: string): number {
  const month = monthNames.indexOf(text.toLowerCase())
  return month < 0 ? Number(text) : month + 1
}

function isDay(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day))
  return year > 0 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
}

function timeText(milliseconds: number): string | undefined {
  const date = new Date(milliseconds)
  return Number.isNaN(date.getTime()) ? undefined : `${date.toISOString().slice(0, 19)}Z`
}
