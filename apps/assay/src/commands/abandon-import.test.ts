import { ImportService } from '@assay/contracts/assay/directory/v1/import_service_pb'
import { Code, ConnectError, createClient, createRouterTransport } from '@connectrpc/connect'
import { expect, test } from 'vitest'
import { abandonImport } from './abandon-import.ts'

/** Runs `abandonImport` against a server that refuses the first calls, and returns the number of calls and the pauses between them. */
async function abandonedAt(refusals: number, refusal: ConnectError) {
  let calls = 0
  const pauses: number[] = []
  const transport = createRouterTransport((router) =>
    router.service(ImportService, {
      abortImport: () => {
        calls++
        if (calls <= refusals) throw refusal
        return {}
      },
    }),
  )
  await abandonImport(createClient(ImportService, transport), '7', async (ms) => pauses.push(ms))
  return { calls, pauses }
}

test('an import that cannot be finished is aborted, also by a server that refuses calls for its load', async () => {
  const busy = new ConnectError('too many calls', Code.Unavailable, { 'retry-after': '2' })
  expect(await abandonedAt(0, busy)).toEqual({ calls: 1, pauses: [] })
  expect(await abandonedAt(3, busy)).toEqual({ calls: 4, pauses: [2_000, 2_000, 2_000] })
})

test('an abort is repeated when nobody knows whether the server did it: a second abort changes nothing', async () => {
  const lost = new ConnectError('the connection broke at the commit', Code.Unavailable)
  expect(await abandonedAt(1, lost)).toEqual({ calls: 2, pauses: [1_000] })
})

test('a server that refuses for long is not asked without end, and one that says no other time is not asked again', async () => {
  const away = new ConnectError('the database is away', Code.Unavailable, { 'retry-after': '3600' })
  expect(await abandonedAt(1_000, away)).toEqual({ calls: 10, pauses: Array.from({ length: 9 }, () => 10_000) })
  expect(await abandonedAt(1_000, new ConnectError('committed', Code.FailedPrecondition))).toEqual({
    calls: 1,
    pauses: [],
  })
})
