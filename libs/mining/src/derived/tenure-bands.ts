/**
 * Days after which rights change, from probation to ten years, with their words. A year is 365 days, as in a rule's `duration("8760h")`.
 */
const steps = [
  [30, '30 days'],
  [90, '90 days'],
  [365, '1 year'],
  [730, '2 years'],
  [1825, '5 years'],
  [3650, '10 years'],
] as const

/** The name of each band by the number of reached steps: before the first, between two, after the last. */
const bands = steps.slice(1).map(([, words], i) => `${steps[i]![1]} to ${words}`)

const notBegun = 'not begun'

/** Every possible value, in the order of the ordinals. */
export const tenureValues: readonly string[] = [
  notBegun,
  ...steps.map(([, words]) => `under ${words}`),
  ...steps.map(([, words]) => `${words} and more`),
  ...bands,
]

/**
 * The length of service as values that cohorts can share: for each step whether it is reached ("under 1 year", "1 year and more"), and
 * the band between two steps ("1 year to 2 years"). A step is reached on its day. A person who starts in the future has only "not begun".
 *
 * @param since days since 1970-01-01, undefined where it is not known
 * @param today days since 1970-01-01
 * @returns ordinals of `tenureValues`, ascending; empty where nothing is known
 */
export function tenureBands(since: number | undefined, today: number): readonly number[] {
  if (since === undefined) return []
  const days = today - since
  if (days < 0) return [tenureValues.indexOf(notBegun)]
  const reached = steps.filter(([from]) => days >= from).length
  const under = steps.slice(reached).map((_, i) => 1 + reached + i)
  const beyond = Array.from({ length: reached }, (_, i) => 1 + steps.length + i)
  const band = reached > 0 && reached < steps.length ? [2 * steps.length + reached] : []
  return [...under, ...beyond, ...band]
}
