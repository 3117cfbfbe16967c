import fc from 'fast-check'
import type { Comparison, Filter, FilterFields } from '../filter.ts'

/** One field of every type, each with every operator that its type can have. */
export const everyField = {
  'ref.name': { type: 'text', operators: ['eq', 'ne', 'gt', 'ge', 'lt', 'le', 'sw', 'co', 'in', 'pr', 'isnull'] },
  tags: { type: 'text', operators: ['ca', 'pr', 'isnull'] },
  kind: {
    type: 'choice',
    values: ['COMMON', 'SPECIALIZED'],
    operators: ['eq', 'ne', 'gt', 'ge', 'lt', 'le', 'sw', 'co', 'in', 'pr', 'isnull'],
  },
  saved: { type: 'boolean', operators: ['eq', 'ne', 'in', 'pr', 'isnull'] },
  score: { type: 'number', operators: ['eq', 'ne', 'gt', 'ge', 'lt', 'le', 'in', 'pr', 'isnull'] },
  created: { type: 'instant', operators: ['eq', 'ne', 'gt', 'ge', 'lt', 'le', 'in', 'pr', 'isnull'] },
} as const satisfies FilterFields

export type EveryField = keyof typeof everyField

/** Quotes, backslashes, wildcards, and letters whose upper and lower case are not simple pairs. */
export const alphabet = [...'aAbB%_"\\\'() ,\n$1éÉßẞİıΣσςДд中\u{1f600}\u{10400}\u{10428}']

/** Mostly a few characters, so that random values are often equal. */
const character = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('a', 'A', '%', '_', '\\') },
  { weight: 1, arbitrary: fc.constantFrom(...alphabet) },
)
const text = fc.array(character, { maxLength: 3 }).map((characters) => characters.join(''))
const kind = fc.constantFrom('COMMON', 'SPECIALIZED')
const score = fc.constantFrom(-1.5, 0, 3, 70, 70.25, 1e21)
/** Times within a few milliseconds, so that neighbours differ by a millisecond or less. */
const milliseconds = fc.integer({ min: 0, max: 3 }).map((more) => Date.UTC(2021, 8, 8, 16, 11, 5) + more)

export interface RandomRow {
  readonly name: string | null
  readonly tags: readonly string[] | null
  readonly kind: string | null
  readonly saved: boolean | null
  readonly score: number | null
  /** With microseconds, which filters cannot express. */
  readonly created: string | null
}

const orNull = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: null, freq: 4 })

export const randomRow: fc.Arbitrary<RandomRow> = fc.record({
  name: orNull(text),
  tags: orNull(fc.array(text, { maxLength: 3 })),
  kind: orNull(kind),
  saved: orNull(fc.boolean()),
  score: orNull(score),
  created: orNull(
    fc
      .tuple(milliseconds, fc.constantFrom('000', '001', '999'))
      .map(([instant, micros]) => new Date(instant).toISOString().replace('Z', `${micros}Z`)),
  ),
})

const compared = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'] as const
const equated = ['eq', 'ne'] as const
const searched = ['sw', 'co'] as const

const listOf = <T>(values: fc.Arbitrary<T>) => fc.array(values, { minLength: 1, maxLength: 3 })

const comparison: fc.Arbitrary<Comparison<EveryField>> = fc
  .oneof(
    fc.record({ field: fc.constant('ref.name'), operator: fc.constantFrom(...compared), value: text }),
    fc.record({ field: fc.constant('ref.name'), operator: fc.constantFrom(...searched), value: text }),
    fc.record({ field: fc.constant('ref.name'), operator: fc.constant('in'), values: listOf(text) }),
    fc.record({ field: fc.constant('tags'), operator: fc.constant('ca'), values: listOf(text) }),
    fc.record({ field: fc.constant('kind'), operator: fc.constantFrom(...equated), value: kind }),
    fc.record({
      field: fc.constant('kind'),
      operator: fc.constantFrom('gt', 'ge', 'lt', 'le', ...searched),
      value: fc.oneof(kind, fc.constantFrom('', 'common', 'Special', 'MON', 'D')),
    }),
    fc.record({ field: fc.constant('kind'), operator: fc.constant('in'), values: listOf(kind) }),
    fc.record({ field: fc.constant('saved'), operator: fc.constantFrom(...equated), value: fc.boolean() }),
    fc.record({ field: fc.constant('saved'), operator: fc.constant('in'), values: listOf(fc.boolean()) }),
    fc.record({ field: fc.constant('score'), operator: fc.constantFrom(...compared), value: score }),
    fc.record({ field: fc.constant('score'), operator: fc.constant('in'), values: listOf(score) }),
    fc.record({
      field: fc.constant('created'),
      operator: fc.constantFrom(...compared),
      value: milliseconds.map((instant) => new Date(instant)),
    }),
    fc.record({
      field: fc.constant('created'),
      operator: fc.constant('in'),
      values: listOf(milliseconds.map((instant) => new Date(instant))),
    }),
    fc.record({
      field: fc.constantFrom(...(Object.keys(everyField) as EveryField[])),
      operator: fc.constantFrom('pr', 'isnull'),
    }),
  )
  .map((made) => ({ kind: 'comparison', ...made }) as Comparison<EveryField>)

/** Filters that a text can express: `and` and `or` have two parts or more. */
export const randomFilter: fc.Arbitrary<Filter<EveryField>> = fc.letrec<{ filter: Filter<EveryField> }>((tie) => ({
  filter: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    comparison,
    fc.record({
      kind: fc.constantFrom('and', 'or'),
      of: fc.array(tie('filter'), { minLength: 2, maxLength: 4 }),
    }),
    fc.record({ kind: fc.constant('not'), of: tie('filter') }),
  ) as fc.Arbitrary<Filter<EveryField>>,
})).filter
