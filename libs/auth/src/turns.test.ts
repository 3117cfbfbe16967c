import { expect, test } from 'vitest'
import { Turns } from './turns.ts'

const most = { running: 2, runningOfKey: 1, waitingOfKey: 3 }

/** Work that continues until the test ends it, and a list of the work that began. */
function gated(turns: Turns) {
  const began: string[] = []
  const ends = new Map<string, () => void>()
  const take = (key: string, name: string) =>
    turns.take(key, async () => {
      began.push(name)
      await new Promise<void>((end) => ends.set(name, end))
    })
  return { began, take, end: (name: string) => ends.get(name)?.() }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

test('keys take turns, however much of one waits', async () => {
  const { began, take, end } = gated(new Turns(most))
  const all = [take('a', 'a1'), take('a', 'a2'), take('a', 'a3'), take('b', 'b1'), take('c', 'c1')]
  await settled()
  expect(began).toEqual(['a1', 'b1'])
  end('a1')
  await settled()
  expect(began).toEqual(['a1', 'b1', 'c1'])
  end('c1')
  await settled()
  expect(began).toEqual(['a1', 'b1', 'c1', 'a2'])
  for (const name of ['b1', 'a2', 'a3']) {
    end(name)
    await settled()
  }
  await Promise.all(all)
})

test('beyond its bound the work of a key is refused and that of others is not', async () => {
  const { began, take, end } = gated(new Turns(most))
  const taken = ['a1', 'a2', 'a3', 'a4'].map((name) => take('a', name))
  expect(take('a', 'a5')).toBeUndefined()
  const other = take('b', 'b1')
  await settled()
  expect(began).toEqual(['a1', 'b1'])
  for (const name of ['b1', 'a1', 'a2', 'a3', 'a4']) {
    end(name)
    await settled()
  }
  await Promise.all([...taken, other])
})

test('work that fails gives its turn on', async () => {
  const turns = new Turns({ ...most, running: 1 })
  const failing = turns.take('a', () => Promise.reject(new Error('no')))
  const next = turns.take('a', async () => 'yes')
  await expect(failing).rejects.toThrow('no')
  expect(await next).toBe('yes')
})
