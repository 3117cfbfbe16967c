import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { cloudEvent, dataSchema, describedEventTypes, exampleOf } from './cloud-event.ts'
import { eventTypes, subscribesTo } from './event-types.ts'
import { delayAfter, retryAfterMs } from './retry-schedule.ts'

test('the example of each type is valid for its schema, and a required fact must not be missing', () => {
  const ajv = new Ajv2020({ strict: false })
  for (const type of eventTypes.values()) {
    const validate = ajv.compile(dataSchema(type))
    const { data } = JSON.parse(JSON.stringify(exampleOf(type)))
    expect(validate(data), `${type.kind}: ${ajv.errorsText(validate.errors)}`).toBe(true)
    for (const [name, { isOptional }] of Object.entries(type.facts)) {
      const { [name]: _, ...rest } = data.facts
      expect(validate({ ...data, facts: rest }), `${type.kind} without ${name}`).toBe(isOptional === true)
    }
  }
})

test('sequences are in order as text, as the extension of CloudEvents requires', () => {
  const entry = { id: 'e', at: '', kind: 'run.ask', subject: { type: 'run', id: 'r' }, reason: '', facts: {} }
  const more = { actor: { type: 'job', id: 'j', role: undefined }, load: undefined, run: undefined, version: undefined }
  const sequences = [1, 9, 10, 99, 4711, 2 ** 53 - 1].map(
    (position) => cloudEvent({ ...entry, ...more, peopleCount: 0, position }, 'acme').sequence,
  )
  expect(sequences).toEqual(sequences.toSorted())
  expect(sequences[4]).toBe('0000000000000004711')
})

test('types are matched by name', () => {
  const names = describedEventTypes().map(({ type }) => type)
  expect(names).toEqual(names.toSorted())
  expect(names).toContain('assay.drift.measure')
})

test.each([
  [[], 'run.ask', true],
  [['run.ask'], 'run.ask', true],
  [['run.ask'], 'run.complete', false],
  [['run.*'], 'run.complete', true],
  [['role.*'], 'role.entitlements.exclude', true],
  [['role.*'], 'roles.all', false],
] as const)('%j asks for %s: %s', (types, kind, expected) => {
  expect(subscribesTo(types, kind)).toBe(expected)
})

test('attempts follow the schedule of Standard Webhooks, each up to a fifth later', () => {
  const at = (random: number) => [1, 2, 3, 4, 5, 6, 7, 8].map((attempts) => delayAfter(attempts, random))
  const seconds = [5, 300, 1800, 7200, 18_000, 36_000, 36_000]
  expect(at(0)).toEqual([...seconds.map((each) => each * 1000), undefined])
  expect(at(1)).toEqual([...seconds.map((each) => each * 1200), undefined])
})

test.each([
  [undefined, undefined],
  ['120', 120_000],
  ['Thu, 01 Jan 1970 00:01:00 GMT', 60_000],
  ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
  ['99999999', 86_400_000],
  ['soon', undefined],
])('Retry-After %s is a pause of %s ms', (header, expected) => {
  expect(retryAfterMs(header, 0)).toBe(expected)
})
