import { texts } from './texts.ts'

/** `celExpression` as people read it: `cel expression`. */
export function memberWords(member: string): string {
  return member.replaceAll('_', ' ').replaceAll(/(?<=[a-z0-9])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
}

/** A value of an entry as text: lists of texts line by line, everything else as JSON. */
export function valueText(value: unknown): string {
  if (value === undefined) return ''
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return value ? texts.yes : texts.no
  if (Array.isArray(value) && value.every((one) => typeof one === 'string' || typeof one === 'number'))
    return value.length === 0 ? texts.noValue : value.join('\n')
  return JSON.stringify(value, undefined, 1)
}

/** A member before and after. */
interface MemberRow {
  readonly member: string
  /** Undefined: it was not there, or is not there. */
  readonly before: string | undefined
  readonly after: string | undefined
  readonly isChanged: boolean
}

/** What stood before and after side by side, in the order in which the members stand. */
export function memberRows(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): readonly MemberRow[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return names.map((member) => {
    const [old, next] = [before, after].map((side) => (member in side ? valueText(side[member]) : undefined))
    return { member, before: old, after: next, isChanged: old !== next }
  })
}
