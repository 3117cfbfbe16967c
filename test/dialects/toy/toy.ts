import { randomBytes } from 'node:crypto'
import type { ClientDialect } from '@assay/auth'
import { type ApiDialect, renamedFields, servedBy } from '@assay/dialects'
import { permissionDenied } from '@assay/errors'
import { integer, type NodeHandler, reply } from '@assay/server'
import { LibraryService } from './library-service.ts'

/** Ids, secrets, lifetime, claims and scopes that differ from those of all other APIs. */
const clients = {
  name: 'toy',
  tokenLifetimeSeconds: 120,
  makeCredentials: () => ({
    clientId: `reader-${randomBytes(4).toString('hex')}`,
    clientSecret: `card:${randomBytes(32).toString('hex')}`,
  }),
  scopes: { known: ['books:see', 'books:all'], unlimited: 'books:all' },
  claims: ({ displayName }) => ({ card: displayName, role: 'cannot be replaced' }),
} satisfies ClientDialect

/** A whole API in one object: two calls, its own errors, its own tokens, its own limit. */
export const toy = {
  title: 'Toy',
  services: [
    servedBy('mining', LibraryService, {
      findBook: { right: 'read', scopes: ['books:see'], readers: 'unaffected' },
      lendBook: { right: 'decide', readers: 'unaffected' },
    }),
  ],
  clients,
  endpoints: [
    {
      path: '/toy-token',
      serve:
        ({ loginOf }): NodeHandler =>
        async (request, response) => {
          const [clientId = '', clientSecret = ''] = String(request.headers['x-card'] ?? '').split(' ')
          const answer = await loginOf(request)
            .issue(clientId, clientSecret)
            .then(
              ({ accessToken, expiresInSeconds }) => [201, { card: accessToken, seconds: expiresInSeconds }] as const,
              (error: Error) => [418, { trouble: error.message }] as const,
            )
          reply(response, answer[0], { 'content-type': 'application/json' }, JSON.stringify(answer[1]))
        },
    },
  ],
  rest: {
    unknownMembers: 'ignore',
    versions: { toy: 'first' },
    admit(request, version) {
      if (request.headers['x-quiet'] !== 'yes') throw permissionDenied(`The ${version} library needs x-quiet: yes`)
    },
    renderError:
      () =>
      ({ error, httpStatus, status }) => {
        const { details } = status() as { details: { fieldViolations?: { field: string }[] }[] }
        const fields = details.flatMap(({ fieldViolations }) => fieldViolations ?? []).map(({ field }) => field)
        return { document: { trouble: error.rawMessage, status: httpStatus, fields } }
      },
  },
  limit: {
    setting: integer('ASSAY_TOY_RATE_LIMIT', { default: 50, min: 0, max: 100 }),
    windowSeconds: 30,
    rpcVersion: 'first',
  },
  fieldName: renamedFields({ identity_id: 'reader' }),
  description: { tokens: '`POST /toy-token` gives a card.', notes: ['Libraries are quiet.'] },
} satisfies ApiDialect
