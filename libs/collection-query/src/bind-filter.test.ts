import { expect, test } from 'vitest'
import { bindFilter, type Filter, parseFilter } from './index.ts'

const fields = {
  name: { type: 'text', operators: ['eq', 'ne', 'sw', 'isnull'] },
  status: { type: 'text', operators: ['eq', 'ne', 'in'] },
  owner: { type: 'text', operators: ['eq', 'ne', 'in', 'sw', 'co', 'gt', 'pr', 'isnull'] },
  kind: { type: 'text', operators: ['eq', 'ne', 'in', 'sw', 'co', 'gt', 'le', 'pr', 'isnull'] },
  healthy: { type: 'boolean', operators: ['eq', 'ne', 'isnull'] },
  size: { type: 'number', operators: ['ge', 'lt'] },
} as const

const bound = (text: string) =>
  bindFilter<keyof typeof fields, 'title' | 'enabled'>(parseFilter(text, fields), {
    name: { column: 'title' },
    status: { column: 'enabled', as: (value) => ({ on: true, off: false })[String(value)] },
    owner: { value: null },
    kind: { value: 'File' },
    healthy: { value: true },
    size: { value: 3 },
  })

const everything: Filter<'title' | 'enabled'> = { kind: 'and', of: [] }
const nothing: Filter<'title' | 'enabled'> = { kind: 'or', of: [] }

test.each<[string, Filter<'title' | 'enabled'>]>([
  ['name sw "a"', { kind: 'comparison', field: 'title', operator: 'sw', value: 'a' }],
  ['status eq "on"', { kind: 'comparison', field: 'enabled', operator: 'eq', value: true }],
  ['status ne "off"', { kind: 'comparison', field: 'enabled', operator: 'ne', value: false }],
  ['status in ("off", "maybe")', { kind: 'comparison', field: 'enabled', operator: 'in', values: [false] }],
  ['status eq "maybe"', nothing],
  ['status ne "maybe"', everything],
  ['status in ("maybe")', nothing],
  ['owner isnull', everything],
  ['owner ne "a"', everything],
  ['owner eq "a"', nothing],
  ['owner gt "a"', nothing],
  ['pr owner', nothing],
  ['kind eq "FILE"', everything],
  ['kind ne "file"', nothing],
  ['kind in ("a", "file")', everything],
  ['kind sw "fi"', everything],
  ['kind co "il"', everything],
  ['kind gt "file"', nothing],
  ['kind gt "fil"', everything],
  ['kind le "filet"', everything],
  ['kind le "fil"', nothing],
  ['kind isnull', nothing],
  ['healthy eq true', everything],
  ['healthy isnull', nothing],
  ['size ge 3', everything],
  ['size lt 3', nothing],
  ['not owner isnull', { kind: 'not', of: everything }],
  [
    'name eq "a" or owner eq "a"',
    { kind: 'or', of: [{ kind: 'comparison', field: 'title', operator: 'eq', value: 'a' }, nothing] },
  ],
])('%s is bound to the columns of the rows, or decided', (text, expected) => {
  expect(bound(text)).toEqual(expected)
})
