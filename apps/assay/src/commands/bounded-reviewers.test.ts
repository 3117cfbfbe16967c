import { ClientService } from '@assay/contracts/assay/client/v1/client_service_pb'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { Code, ConnectError, createRouterTransport } from '@connectrpc/connect'
import { expect, test } from 'vitest'
import { boundedReviewerLines } from './bounded-reviewers.ts'

const readerScope = { managerId: 'boss' }
const pages = [
  [
    { clientId: 'keen-crow-1@localhost/spc', readerScope },
    { clientId: 'calm-otter-2@localhost/spc' },
    { clientId: 'bound-for-ana', identityId: 'ana', readerScope },
  ],
  [
    { clientId: 'bound-for-ben', identityId: 'ben', readerScope },
    { clientId: 'free-for-ben', identityId: 'ben' },
    { clientId: 'revoked-for-ana', identityId: 'ana', revokeTime: timestampFromDate(new Date(0)) },
  ],
]
const transport = createRouterTransport(({ service }) =>
  service(ClientService, {
    listClients: ({ pageToken }) => ({
      clients: pages[Number(pageToken)] ?? [],
      nextPageToken: pageToken === '' ? '1' : '',
    }),
  }),
)

test('reviewers are named whose clients all have a scope, by client id, user id and person', async () => {
  const ids = [
    'keen-crow-1@localhost/spc',
    'keen-crow-1~localhost~spc',
    'calm-otter-2@localhost/spc',
    'ana',
    'ben',
    'ana',
  ]
  const lines = await boundedReviewerLines(transport, [...ids, 'nobody'])
  expect(lines.map((line) => line.split(' ')[1])).toEqual([
    'keen-crow-1@localhost/spc',
    'keen-crow-1~localhost~spc',
    'ana',
  ])
  expect(lines.at(-1)).toBe('! ana has a scope, and sees only the items that are completely inside it')
})

test('a caller who may not see clients gets no lines', async () => {
  const refusing = createRouterTransport(({ service }) =>
    service(ClientService, {
      listClients: () => {
        throw new ConnectError('refused', Code.PermissionDenied)
      },
    }),
  )
  expect(await boundedReviewerLines(refusing, ['ana'])).toEqual([])
})
