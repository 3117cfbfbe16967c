import { unavailable } from '@assay/errors'
import { expect, test } from 'vitest'
import { DependencyWatch } from './dependency-watch.ts'
import { createLogger } from './logger.ts'

/** A dependency and timeouts that the test ends. */
function stage() {
  const checks: (PromiseWithResolvers<unknown> & { readonly signal: AbortSignal })[] = []
  const patiences: PromiseWithResolvers<void>[] = []
  const watch = new DependencyWatch(
    'database',
    (signal) => {
      const check = { ...Promise.withResolvers<unknown>(), signal }
      signal.addEventListener('abort', () => check.reject(new Error('given up')))
      checks.push(check)
      return check.promise
    },
    createLogger('test', 'silent'),
    () => {
      const one = Promise.withResolvers<void>()
      patiences.push(one)
      return one.promise
    },
  )
  const answered = async () => {
    const look = watch.look()
    checks.at(-1)?.resolve(undefined)
    return await look
  }
  const late = async () => {
    const look = watch.look()
    patiences.at(-1)?.resolve()
    return await look
  }
  return { watch, checks, answered, late }
}

test('a dependency that answered before is late first, and away when it is late again', async () => {
  const { checks, answered, late } = stage()
  expect(await answered()).toEqual({ state: 'ok' })
  expect(await late()).toEqual({ state: 'late', remark: 'it did not answer within 2 s' })
  expect(checks[1]?.signal.aborted).toBe(false)
  expect(await late()).toEqual({ state: 'unavailable', remark: 'it has not answered for 4 s' })
  // One check was running all the time; it is cancelled now.
  expect(checks).toHaveLength(2)
  expect(checks[1]?.signal.aborted).toBe(true)
  expect(await late()).toEqual({ state: 'unavailable', remark: 'it has not answered for 2 s' })
  expect(await answered()).toEqual({ state: 'ok' })
})

test('a late answer that comes between two looks counts', async () => {
  const { checks, answered, late } = stage()
  await answered()
  await late()
  checks[1]?.resolve(undefined)
  await new Promise((resolve) => setImmediate(resolve))
  expect(await late()).toMatchObject({ state: 'late' })
  expect(checks).toHaveLength(3)
})

test('a dependency that never answered is away as soon as it is late', async () => {
  expect(await stage().late()).toMatchObject({ state: 'unavailable' })
})

test('one that says why it cannot be used is away at once', async () => {
  const { watch, checks, answered } = stage()
  await answered()
  const look = watch.look()
  checks[1]?.reject(unavailable('The database does not answer'))
  expect(await look).toEqual({ state: 'unavailable', remark: 'The database does not answer' })
  const other = watch.look()
  checks[2]?.reject(new Error('connect ECONNREFUSED 10.0.0.7:5432'))
  expect(await other).toEqual({ state: 'unavailable', remark: undefined })
})

test('one whose check throws instead of promising is away as well', async () => {
  const watch = new DependencyWatch(
    'database',
    () => {
      throw unavailable('The database does not answer')
    },
    createLogger('test', 'silent'),
  )
  expect(await watch.look()).toEqual({ state: 'unavailable', remark: 'The database does not answer' })
})

test('looks at the same time are one', async () => {
  const { watch, checks, answered } = stage()
  const looks = [watch.look(), watch.look()]
  expect(await answered()).toEqual({ state: 'ok' })
  expect(await Promise.all(looks)).toEqual([{ state: 'ok' }, { state: 'ok' }])
  expect(checks).toHaveLength(1)
})
