import { expect, test } from 'vitest'
import { bytesFile, load } from './testing-load.ts'

const table = (...names: readonly string[]) =>
  `id,display_name,email,department\n${names.map((name, at) => `u${at},${name},,\n`).join('')}`

const inConsole: Readonly<Record<string, number>> = {
  ü: 0x81,
  é: 0x82,
  ä: 0x84,
  ö: 0x94,
  Ü: 0x9a,
  ß: 0xe1,
  ñ: 0xa4,
  Ö: 0x99,
}
const bytesOf = (text: string, page: Readonly<Record<string, number>>) =>
  Uint8Array.from([...text], (sign) => page[sign] ?? (sign === '’' ? 0x92 : sign.charCodeAt(0)))

async function read(bytes: Uint8Array, encoding?: string) {
  const loaded = await load([bytesFile('people.csv', bytes)], encoding === undefined ? {} : { encoding })
  expect(loaded.faults).toEqual([])
  const names = (loaded.files['identities.csv'] ?? '')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(',')[1])
  return { names, look: loaded.looks.join() }
}

test.each([[['Jörg Müller', 'José Nuñez', 'Ana Groß']], [['ÜBEL']], [['Ana Lind', 'André Roth']]])(
  'names of code page 850 are right: %s',
  async (names) => {
    const { names: found, look } = await read(bytesOf(table(...names), inConsole))
    expect(found).toEqual(names)
    expect(look).toMatch(/read as code page 850 \(--encoding decides\)/)
  },
)

test.each([[['Jörg Müller', 'José Nuñez', 'Ana Groß']], [['ÜBEL']], [['Øystein Åse', 'François Noël']]])(
  'names of Windows-1252 are right: %s',
  async (names) => {
    const { names: found, look } = await read(bytesOf(table(...names), {}))
    expect(found).toEqual(names)
    expect(look).toMatch(/read as Windows-1252 \(--encoding decides\)/)
  },
)

test.each([
  ['a quotation of German', 'Ana \x84Rita\x93', 'Ana „Rita“'],
  ['a dash', 'ana\x97rita', 'ana—rita'],
  ['a dash behind a word', 'Rita\x96 x', 'Rita– x'],
  ['a closing quote', 'Ana (\x8brita\x9b)', 'Ana (‹rita›)'],
])('%s of Windows-1252 is none of code page 850', async (_, bytes, name) => {
  const { names, look } = await read(bytesOf(table(bytes), {}))
  expect([names, look]).toEqual([[name], expect.stringContaining('read as Windows-1252')])
})

test('letters that hardly any text of Windows-1252 has tell code page 850', async () => {
  const { names, look } = await read(bytesOf(table('Th\x83o B\x88te'), {}))
  expect([names, look]).toEqual([['Thâo Bête'], expect.stringContaining('read as code page 850')])
})

test.each([['Ana O’Brien'], ['Ana Máñez'.replace('ñ', 'n')]])(
  'what may be of either is read as Windows-1252, and the report says so: %s',
  async (name) => {
    const { names, look } = await read(bytesOf(table(name), {}))
    expect(names).toEqual([name])
    expect(look).toMatch(/it may be code page 850: check the names/)
  },
)

test('a stated code page is read as it says', async () => {
  const names = ['Straße']
  expect((await read(bytesOf(table(...names), inConsole), 'CP850')).names).toEqual(names)
})
