import { language } from './language.ts'
import { texts } from './texts.ts'

const number = new Intl.NumberFormat(language)

/** `12,345` */
export function formatCount(count: number): string {
  return number.format(count)
}

/** `1 person`, `12 people` */
export function counted(count: number, one: string, many: string): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`
}

/** Below this count, a percentage says less than the two numbers. */
const leastForPercent = 10

/**
 * `43 of 50 (86 %)`. Below 10 there is no percentage. Less than all is never "100 %", more than nothing is never "0 %".
 * Undefined means that there are no data.
 */
export function formatShare(part: number | undefined, whole: number): string {
  if (part === undefined) return texts.noData
  const base = texts.ofAll(formatCount(part), formatCount(whole))
  return whole < leastForPercent ? base : `${base} (${formatPercent(part / whole)})`
}

const noBreak = '\u00a0'

/** `86 %`, `> 99 %`, `< 1 %`. Undefined means that there are no data. */
export function formatPercent(share: number | undefined): string {
  if (share === undefined) return texts.noData
  const percent = share * 100
  if (percent > 99 && percent < 100) return `>${noBreak}99${noBreak}%`
  if (percent > 0 && percent < 1) return `<${noBreak}1${noBreak}%`
  return `${Math.round(percent)}${noBreak}%`
}

export type Band = 'most' | 'many' | 'few' | 'none'

/** By share: 80 % and more, 50 % and more, below; undefined means that there are no data. */
export function bandOf(share: number | undefined): Band {
  if (share === undefined || Number.isNaN(share)) return 'none'
  return share >= 0.8 ? 'most' : share >= 0.5 ? 'many' : 'few'
}
