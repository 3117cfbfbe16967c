import { formatCount } from '../../kit/figures.ts'
import { texts } from './texts.ts'

/** `celExpression` as people read it: `cel expression`. */
export function memberWords(member: string): string {
  return member.replaceAll('_', ' ').replaceAll(/(?<=[a-z0-9])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
}

/** A value of an entry as text: lists and members line by line, deeper values as JSON. */
export function valueText(value: unknown): string {
  if (value === undefined) return ''
  if (value === null || value === '') return texts.noValue
  if (typeof value !== 'object') return simpleText(value)
  if (Array.isArray(value)) {
    if (value.length === 0) return texts.noValue
    if (value.every(isSimple)) return value.map(simpleText).join('\n')
    return JSON.stringify(value, undefined, 1)
  }
  const members = Object.entries(value)
  if (members.length === 0) return texts.noValue
  if (members.every(([, one]) => isSimple(one)))
    return members.map(([name, one]) => texts.memberIs(memberWords(name), countText(one))).join('\n')
  return JSON.stringify(value, undefined, 1)
}

function isSimple(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

function simpleText(value: unknown): string {
  if (typeof value === 'boolean') return value ? texts.yes : texts.no
  return String(value)
}

/** Whole numbers of an object are counts; the ones of a list may be ids. A share is shown with all of its digits. */
function countText(value: unknown): string {
  return typeof value === 'number' && Number.isInteger(value) ? formatCount(value) : simpleText(value)
}

/** A member before and after. */
interface MemberRow {
  readonly member: string
  /** Undefined when the object did not have the member. */
  readonly before: string | undefined
  readonly after: string | undefined
  readonly isChanged: boolean
}

/** The values before and after, side by side, in the order of the members. */
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
