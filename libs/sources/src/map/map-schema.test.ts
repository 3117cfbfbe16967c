import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { mapSchema } from '../testing-map-schema.ts'
import { loadMap } from './load-map.ts'

const written = join(import.meta.dirname, '../../../../docs/import/map.schema.json')
const folder = join(import.meta.dirname, '../../maps')

const validate = new Ajv2020({ allowUnionTypes: true, strict: false }).compile(mapSchema())

/** Parsed like in an editor, with the usual schema of YAML. */
const isByEditor = (text: string) => validate(parse(text))

function isByReader(text: string): boolean {
  try {
    loadMap('m.yaml', text)
    return true
  } catch {
    return false
  }
}

test('the JSON Schema in the documents is the one of the reader (vitest -u writes it)', async () => {
  await expect(`${JSON.stringify(mapSchema(), undefined, 2)}\n`).toMatchFileSnapshot(written)
})

test.each(readdirSync(folder))('the ready map %s fits the JSON Schema', (name) => {
  const text = readFileSync(join(folder, name), 'utf8')
  expect([isByEditor(text), validate.errors]).toEqual([true, null])
})

const map = (rules: string, inputs = 'rows: {columns: [id]}') => `map: 1\nname: x\ninputs: {${inputs}}\n${rules}\n`
const person = (fields: string) => map(`identities: [{from: rows, id: id, ${fields}}]`)
const grant = (fields: string) => map(`grants: [{from: rows, holder: id, entitlement: right, ${fields}}]`)

test.each([
  ['a person', person('email: Mail')],
  ['numbers and flags as texts', person('status: {column: S, table: {1: enabled, false: disabled, "": enabled}}')],
  ['several columns', person('email: {column: A, or: [B, {text: "{C}@x"}]}')],
  ['a manager', person('manager: {column: Boss, match: [id, email], among: identities}')],
  [
    'a list',
    grant('each: {column: rights, split: ";", as: right}, where: [{column: a, filled: true}, {column: b, is: ""}]'),
  ],
  [
    'a grant that ends',
    grant('ends: {column: Until, date: [iso, dd.MM.yyyy]}, not_held: {column: T, is: [x]}, may_be_list: true'),
  ],
  [
    'rules that share members',
    map('shared: {a: {not_held: {column: T, is: x}}}\ngrants: [{from: rows, with: a, holder: id, entitlement: right}]'),
  ],
  [
    'an input of a document',
    map(
      'usage: [{from: rows, holder: a, application: b, day: c}]',
      'rows: {path: "a.*", format: [json, yaml], tree: {children: a, name: b, separator: /}}',
    ),
  ],
])('%s is right by the reader of maps and by the JSON Schema', (_, text) => {
  expect([isByReader(text), isByEditor(text), validate.errors]).toEqual([true, true, null])
})

test.each([
  ['an unknown member', person('mail: A')],
  ['an unknown member of an input', map('identities: [{from: rows, id: id}]', 'rows: {column: id}')],
  ['no id', map('identities: [{from: rows}]')],
  ['no inputs', 'map: 1\nname: x\nidentities: [{from: rows, id: id}]\n'],
  ['no rules', map('')],
  ['applications alone', map('applications: [{from: rows, id: id}]')],
  ['another version', person('email: A').replace('map: 1', 'map: 2')],
  ['another format', map('identities: [{from: rows, id: id}]', 'rows: {format: pdf}')],
  ['an object without a column', person('email: {table: {a: b}}')],
  ['an else without a table', person('email: {column: A, else: b}')],
  ['a condition without a test', person('where: {column: a}')],
  ['a condition with two', person('where: {column: a, is: b, filled: true}')],
  ['a list in place of a column', person('email: [A, B]')],
  ['an unknown kind of record', person('manager: {column: A, among: people}')],
  ['a flag that is none', grant('may_be_list: maybe')],
  ['no entitlement', map('grants: [{from: rows, holder: id}]')],
  ['a set with a column that all rules need', map('shared: {a: {id: id}}\nidentities: [{from: rows, with: a}]')],
  ['an empty column', person('email: ""')],
])('%s is refused by the reader of maps and by the JSON Schema', (_, text) => {
  expect([isByReader(text), isByEditor(text)]).toEqual([false, false])
})
