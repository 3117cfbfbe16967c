import { expect, test, vi } from 'vitest'
import { JsonBytes } from './json-bytes.ts'
import { WireCursor } from './wire-cursor.ts'
import { type BodyWriter, WrittenMessages } from './written-messages.ts'

const mostBytes = 32 * 1024 * 1024

/** Writes the bytes as they are, and counts the calls. */
class Copying implements BodyWriter {
  count = 0
  writeBody(from: WireCursor, end: number, to: JsonBytes): void {
    this.count++
    to.raw(from.bytes.subarray(from.at, end))
    from.at = end
  }
}

function writtenBy(messages: WrittenMessages, by: BodyWriter, wire: Buffer): string {
  const to = new JsonBytes()
  to.begin()
  const from = new WireCursor(wire)
  messages.write(by, from, wire.length, to)
  expect(from.at).toBe(wire.length)
  return to.copy().toString('latin1')
}

const message = (letter: string, length: number) => Buffer.alloc(length, letter)

test('a message is written twice at most, by whatever it comes again', () => {
  const [messages, by, other] = [new WrittenMessages(mostBytes), new Copying(), new Copying()]
  for (let time = 0; time < 5; time++) {
    expect(writtenBy(messages, by, message('a', 300))).toBe('a'.repeat(300))
  }
  expect(by.count).toBe(2)
  writtenBy(messages, other, message('a', 300))
  expect(other.count).toBe(1)
  expect(messages.counts).toEqual({ copied: 3, written: 3, bytes: 600 })
})

test('a cached message holds the memory of its own bytes alone, not a block of the pool', () => {
  const [messages, by] = [new WrittenMessages(mostBytes), new Copying()]
  for (let time = 0; time < 2; time++) writtenBy(messages, by, message('a', 300))
  const to = new JsonBytes()
  const copied = vi.spyOn(to, 'raw')
  messages.write(by, new WireCursor(message('a', 300)), 300, to)
  expect(by.count).toBe(2)
  expect(copied.mock.calls.map(([text]) => text.buffer.byteLength)).toEqual([messages.counts.bytes])
})

test('small and very large messages are written every time', () => {
  const [messages, by] = [new WrittenMessages(mostBytes), new Copying()]
  for (const length of [100, 40_000]) for (let time = 0; time < 3; time++) writtenBy(messages, by, message('a', length))
  expect(by.count).toBe(6)
})

test('a message inside an item is written every time, and only the item is cached', () => {
  const [messages, inside] = [new WrittenMessages(mostBytes), new Copying()]
  const item: BodyWriter = { writeBody: (from, end, to) => messages.write(inside, from, end, to) }
  for (let time = 0; time < 4; time++) writtenBy(messages, item, message('a', 300))
  expect([inside.count, messages.counts]).toEqual([2, { copied: 2, written: 2, bytes: 600 }])
})

test('the cache stays within its bytes', () => {
  const [messages, by] = [new WrittenMessages(mostBytes), new Copying()]
  const large = (index: number) => Buffer.from(String(index).padEnd(30_000, String(index)))
  const writeTwice = (index: number) => {
    writtenBy(messages, by, large(index))
    writtenBy(messages, by, large(index))
  }
  writeTwice(0)
  by.count = 0
  writtenBy(messages, by, large(0))
  expect(by.count).toBe(0)
  for (let index = 1; index < 600; index++) writeTwice(index)
  by.count = 0
  for (let index = 0; index < 600; index++) writtenBy(messages, by, large(index))
  expect(by.count).toBeGreaterThan(600 - (32 * 1024 * 1024) / 60_000)
})
