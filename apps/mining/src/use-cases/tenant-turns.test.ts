import type { DomainError } from '@assay/errors'
import { expect, test } from 'vitest'
import { TenantTurns } from './tenant-turns.ts'

const never = new AbortController().signal

/** Calls that say when they begin and end when they are told to. */
function calls(turns: TenantTurns) {
  const begun: string[] = []
  const ends = new Map<string, () => void>()
  const begin = (name: string, tenantId: number, signal = never) =>
    turns.run(tenantId, signal, () => {
      begun.push(name)
      return new Promise<string>((resolve) => ends.set(name, () => resolve(name)))
    })
  const settled = () => new Promise(setImmediate)
  return { begun, begin, settled, end: (name: string) => ends.get(name)?.() }
}

test('calls of one tenant go on one after the other, those of others beside them', async () => {
  const { begun, begin, settled, end } = calls(new TenantTurns({ tenants: 2, waiting: 9 }))
  const all = [begin('a1', 1), begin('a2', 1), begin('a3', 1), begin('b1', 2), begin('c1', 3)]
  await settled()
  expect(begun).toEqual(['a1', 'b1'])
  end('a1')
  await settled()
  // Another tenant has waited for longer than the next call of the first one.
  expect(begun).toEqual(['a1', 'b1', 'c1'])
  for (const name of ['b1', 'a2', 'c1', 'a3']) {
    end(name)
    await settled()
  }
  expect(await Promise.all(all)).toEqual(['a1', 'a2', 'a3', 'b1', 'c1'])
  expect(begun).toEqual(['a1', 'b1', 'c1', 'a2', 'a3'])
})

test('a call that fails gives its turn on', async () => {
  const turns = new TenantTurns({ tenants: 1, waiting: 9 })
  await expect(turns.run(1, never, () => Promise.reject(new Error('a fault')))).rejects.toThrow('a fault')
  expect(await turns.run(1, never, async () => 'next')).toBe('next')
})

test('a caller who leaves does not wait on, and is not waited for', async () => {
  const { begun, begin, settled, end } = calls(new TenantTurns({ tenants: 1, waiting: 9 }))
  const leaver = new AbortController()
  const first = begin('a1', 1)
  const left = begin('a2', 1, leaver.signal)
  const behind = begin('b1', 2, leaver.signal)
  const last = begin('a3', 1)
  await settled()
  leaver.abort(new Error('gone'))
  await expect(left).rejects.toThrow('gone')
  await expect(behind).rejects.toThrow('gone')
  await expect(begin('a4', 1, leaver.signal)).rejects.toThrow('gone')
  end('a1')
  await settled()
  end('a3')
  await Promise.all([first, last])
  expect(begun).toEqual(['a1', 'a3'])
})

test('more calls of a tenant than may wait are refused, and those of others are not', async () => {
  const { begin, settled, end } = calls(new TenantTurns({ tenants: 2, waiting: 1 }))
  const kept = [begin('a1', 1), begin('a2', 1)]
  const refused = await begin('a3', 1).catch((error: DomainError) => error)
  expect(refused).toMatchObject({ kind: 'resource_exhausted', reason: 'TOO_MANY_CALLS' })
  kept.push(begin('b1', 2))
  for (const name of ['a1', 'a2', 'b1']) {
    await settled()
    end(name)
  }
  await Promise.all(kept)
})
