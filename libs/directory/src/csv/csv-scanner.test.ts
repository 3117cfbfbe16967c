import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CsvScanner, type ScanFault } from './csv-scanner.ts'

const encoder = new TextEncoder()

function scan(bytes: Uint8Array, cuts: readonly number[] = [], options: { maxRowBytes?: number } = {}) {
  const rows: string[][] = []
  const places: string[] = []
  const faults: ScanFault[] = []
  const scanner = new CsvScanner({ ...options, onFault: (fault) => faults.push(fault) })
  const take = () => {
    while (scanner.next()) {
      rows.push(Array.from({ length: scanner.fieldCount }, (_, field) => scanner.text(field)))
      places.push(
        Array.from({ length: scanner.fieldCount }, (_, f) => Object.values(scanner.locate(f)).join(':')).join(' '),
      )
    }
  }
  const bounds = [0, ...[...cuts].sort((a, b) => a - b), bytes.length]
  for (let i = 1; i < bounds.length; i++) {
    scanner.push(bytes.slice(bounds[i - 1], bounds[i]))
    take()
  }
  scanner.finish()
  take()
  return { rows, faults, places, stopped: scanner.stopped }
}

const everywhere = (bytes: Uint8Array) => Array.from({ length: Math.max(0, bytes.length - 1) }, (_, i) => i + 1)

/** Cells with many of the characters that make CSV hard. */
const cell = fc.string({
  unit: fc.constantFrom('a', 'é', '😀', '"', ',', '\n', '\r\n', ' ', ';', '\t', 'Z', '0'),
  maxLength: 8,
})
const table = fc
  .tuple(fc.integer({ min: 1, max: 4 }), fc.constantFrom('\n', '\r\n'), fc.boolean(), fc.boolean(), fc.boolean())
  .chain(([columns, lineEnd, bom, lastLineEnd, quoteAll]) =>
    fc.array(fc.array(cell, { minLength: columns, maxLength: columns }), { maxLength: 6 }).map((rows) => {
      const lines = rows.map((row) => row.map((text) => quoted(text, quoteAll)).join(','))
      return encoder.encode(
        (bom ? '\uFEFF' : '') + lines.join(lineEnd) + (lastLineEnd && lines.length > 0 ? lineEnd : ''),
      )
    }),
  )

function quoted(text: string, always: boolean): string {
  return always || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

describe('well-formed CSV', () => {
  test('reads as csv-parse reads it, wherever the bytes are cut', () => {
    fc.assert(
      fc.property(table, fc.array(fc.nat(200)), (bytes, cuts) => {
        const options = { bom: true, record_delimiter: ['\r\n', '\n'], skip_empty_lines: true }
        const expected: string[][] = parse(Buffer.from(bytes), options)
        expect(scan(bytes)).toMatchObject({ rows: expected, faults: [] })
        expect(scan(bytes, everywhere(bytes)).rows).toEqual(expected)
        expect(
          scan(
            bytes,
            cuts.filter((cut) => cut <= bytes.length),
          ).rows,
        ).toEqual(expected)
      }),
      { numRuns: 300 },
    )
  })

  test('knows the line and the column of each field, also after line breaks and doubled quotes inside quotes', () => {
    const { rows, places } = scan(encoder.encode('é,b\n"x\ny""z",c,"d"\ne,f'))
    expect(rows).toEqual([
      ['é', 'b'],
      ['x\ny"z', 'c', 'd'],
      ['e', 'f'],
    ])
    expect(places).toEqual(['1:1 1:3', '2:1 3:7 3:9', '4:1 4:3'])
  })

  test('may hold empty lines, which are no rows, and empty cells, which are', () => {
    expect(scan(encoder.encode('a\n\n\r\n""\n,\n')).rows).toEqual([['a'], [''], ['', '']])
  })
})

describe('any bytes at all', () => {
  test('give the same rows and faults wherever they are cut', () => {
    const byte = fc.constantFrom(0x61, 0x22, 0x2c, 0x0a, 0x0d, 0x00, 0xc3, 0xa9, 0xff, 0xf0, 0x9f)
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.array(byte, { maxLength: 60 }), (wild, chosen) => {
        for (const bytes of [wild, Uint8Array.from(chosen)]) {
          expect(scan(bytes, everywhere(bytes))).toEqual(scan(bytes))
        }
      }),
      { numRuns: 300 },
    )
  })
})

describe('a row at fault is reported with its place and left out', () => {
  const cases: readonly [input: string, fault: string, rows: string[][]][] = [
    [
      'a,b\nc,d"e\nf,g\n',
      '2:4 a quote inside a field that does not begin with one; quote the field and double the quote',
      [
        ['a', 'b'],
        ['f', 'g'],
      ],
    ],
    ['a\n"b"c,d\ne\n', '2:4 text after the closing quote of a field', [['a'], ['e']]],
    ['a\n"b\nc"d\ne\n', '3:3 text after the closing quote of a field', [['a'], ['e']]],
    ['a\nb\rc\nd\n', '2:2 a carriage return that no line feed follows', [['a'], ['d']]],
    ['a\nb,"c\nd\n', '2:3 a quote is never closed; the rest of the file cannot be read', [['a']]],
    ['a\né\u0000\nb\n', '2:2 the character U+0000 cannot be stored', [['a'], ['b']]],
    ['a\n"x\n\u0000"\nb\n', '3:1 the character U+0000 cannot be stored', [['a'], ['b']]],
  ]
  test.each(cases)('%j', (input, fault, rows) => {
    const result = scan(encoder.encode(input))
    expect(result.faults.map(({ line, column, reason }) => `${line}:${column} ${reason}`)).toEqual([fault])
    expect(result.rows).toEqual(rows)
  })

  test('invalid UTF-8 of every kind', () => {
    const broken = [[0xff], [0xc3], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xe2, 0x82], [0xf4, 0x90, 0x80, 0x80], [0x80]]
    for (const sequence of broken) {
      const bytes = Uint8Array.from([0x61, 0x0a, 0xc3, 0xa9, 0x2c, ...sequence, 0x0a, 0x62, 0x0a])
      const { rows, faults } = scan(bytes)
      const first = sequence[0]!.toString(16)
      expect(faults).toEqual([{ line: 2, column: 3, reason: `byte 0x${first} is not valid UTF-8` }])
      expect(rows).toEqual([['a'], ['b']])
    }
  })

  test('a row longer than the limit, without keeping it in memory', () => {
    const faults: ScanFault[] = []
    const scanner = new CsvScanner({ maxRowBytes: 1000, onFault: (fault) => faults.push(fault) })
    scanner.push(encoder.encode('a\n'))
    while (scanner.next());
    for (let i = 0; i < 1000; i++) {
      scanner.push(new Uint8Array(10_000).fill(0x62))
      while (scanner.next());
    }
    scanner.push(encoder.encode('\nc\n'))
    expect(scanner.next()).toBe(true)
    expect([scanner.line, scanner.text(0)]).toEqual([3, 'c'])
    expect(faults).toEqual([{ line: 2, column: 1, reason: 'a row of more than 1000 bytes' }])
    expect(scanner.bytes.length).toBeLessThan(200_000)
  })

  test.each([
    ['whole', []],
    ['in pieces', [700, 1400]],
  ] as const)('a row of up to twice the limit, come %s; a row of the limit is read', (_, cuts) => {
    const limit = { maxRowBytes: 1000 }
    const faults = [{ line: 2, column: 1, reason: 'a row of more than 1000 bytes' }]
    for (const lineEnd of ['\n', '\r\n']) {
      const longest = 'b'.repeat(1000)
      const fits = encoder.encode(`a${lineEnd}${longest}${lineEnd}c${lineEnd}`)
      expect(scan(fits, cuts, limit)).toMatchObject({ rows: [['a'], [longest], ['c']], faults: [] })
      // Up to two bytes more may be its line end.
      for (const length of [1003, 1500, 2000]) {
        const bytes = encoder.encode(`a${lineEnd}${'b'.repeat(length)}${lineEnd}c${lineEnd}`)
        expect(scan(bytes, cuts, limit), `${length}`).toMatchObject({ rows: [['a'], ['c']], faults })
      }
    }
  })

  test.each([
    ['plain', 'b'],
    ['quoted', '"b"'],
  ])('a row of more fields than the limit, %s; a row of as many is read', (_, field) => {
    const rowOf = (count: number) => Array.from({ length: count }, () => field).join()
    const { rows, faults } = scan(encoder.encode(`a\n${rowOf(1000)}\n${rowOf(1001)}\nc\n`))
    expect(rows).toEqual([['a'], Array.from({ length: 1000 }, () => 'b'), ['c']])
    expect(faults).toEqual([{ line: 3, column: 1, reason: 'a row of more than 1000 fields' }])
  })

  test('an open quote longer than the limit ends the file', () => {
    const result = scan(encoder.encode(`a\n"${'b\n'.repeat(2000)}`), [], { maxRowBytes: 1000 })
    expect(result.stopped).toBe(true)
    expect(result.faults[0]?.reason).toBe(
      'a quote is never closed within 1000 bytes; the rest of the file cannot be read',
    )
  })
})
