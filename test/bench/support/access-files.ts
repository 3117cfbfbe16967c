import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'

/** How much access data to make. */
export interface AccessSize {
  readonly identities: number
  readonly entitlements: number
  readonly applications: number
  readonly grants: number
}

/** The same files every time: grants grouped by identity, drawn with a bent towards the first entitlements. */
export async function writeAccessFiles(folder: string, size: AccessSize): Promise<void> {
  const random = mulberry32(20_260_101)
  const write = (name: string, lines: () => Generator<string>) =>
    pipeline(blocks(lines()), createWriteStream(join(folder, name), { highWaterMark: 1024 * 1024 }))
  await write('identities.csv', function* () {
    yield 'id,display_name,email,department,job_title,manager_id,employment_type,location'
    for (let i = 0; i < size.identities; i++) {
      const manager = i < 100 ? '' : id('u', i % 100)
      const group = `Department ${i % 120},Title ${i % 37},${manager},${i % 9 === 0 ? 'contractor' : 'employee'}`
      yield `${id('u', i)},Person ${i},person${i}@example.org,${group},Site ${i % 14}`
    }
  })
  await write('applications.csv', function* () {
    yield 'id,display_name'
    for (let i = 0; i < size.applications; i++) yield `${id('a', i)},Application ${i}`
  })
  await write('entitlements.csv', function* () {
    yield 'id,application_id,display_name,risk_level'
    for (let i = 0; i < size.entitlements; i++) yield `${id('e', i)},${id('a', i % size.applications)},Right ${i},low`
  })
  await write('grants.csv', function* () {
    yield 'identity_id,entitlement_id,granted_at,last_used_at'
    const each = size.grants / size.identities
    const taken = new Int32Array(size.entitlements).fill(-1)
    for (let i = 0; i < size.identities; i++) {
      for (let n = 0; n < each; n++) {
        let e = Math.floor(random() ** 2 * size.entitlements)
        while (taken[e] === i) e = (e + 1) % size.entitlements
        taken[e] = i
        yield `${id('u', i)},${id('e', e)},${day(random() * 1500)},${day(1500 + random() * 500)}`
      }
    }
  })
}

const days = Array.from({ length: 2000 }, (_, i) => new Date(Date.UTC(2020, 0, 1 + i)).toISOString().slice(0, 10))

function day(at: number): string {
  return days[Math.floor(at)]!
}

function id(letter: string, number: number): string {
  return letter + String(number).padStart(6, '0')
}

export function* blocks(lines: Iterable<string>): Generator<string> {
  let block: string[] = []
  for (const line of lines) {
    block.push(line)
    if (block.length < 10_000) continue
    yield `${block.join('\n')}\n`
    block = []
  }
  if (block.length > 0) yield `${block.join('\n')}\n`
}

/** https://github.com/cprosche/mulberry32: small, seeded, good enough for data. */
export function mulberry32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
