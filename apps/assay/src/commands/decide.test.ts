import { InboxService } from '@assay/contracts/assay/candidate/v1/inbox_service_pb'
import { Code, ConnectError, createClient, createRouterTransport } from '@connectrpc/connect'
import { expect, test } from 'vitest'
import { isEmptyNow } from './decide.ts'

const peopleOf: Readonly<Record<string, number>> = { gone: 0, present: 1 }
const inbox = createClient(
  InboxService,
  createRouterTransport(({ service }) =>
    service(InboxService, {
      listInboxPeople({ candidateId }) {
        const totalCount = peopleOf[candidateId]
        if (totalCount === undefined) throw new ConnectError('the mining service is away', Code.Unavailable)
        return { totalCount }
      },
    }),
  ),
)

test('a candidate is empty when its people are gone, and not when the service does not answer', async () => {
  expect(await isEmptyNow(inbox, 'gone')).toBe(true)
  expect(await isEmptyNow(inbox, 'present')).toBe(false)
  expect(await isEmptyNow(inbox, 'unreadable')).toBe(false)
})
