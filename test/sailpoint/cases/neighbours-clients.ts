import { request } from 'node:http'
import { Configuration, Paginator, SearchApi } from 'sailpoint-api-client'
import { expect, test, vi } from 'vitest'
import { faultsOf } from '../answer-schemas.ts'
import type { Neighbours } from '../neighbours-fixture.ts'
import { runPythonClient } from '../python-client.ts'

/** SailPoint's own clients, unmodified: each requests its token, builds its requests and decodes the responses. */
export function testClients(prepared: () => Neighbours): void {
  const configuration = async () => {
    const { platform, credentials } = prepared()
    const { clientId, clientSecret } = await credentials(['sp:scopes:all'])
    const { baseUrl: baseurl } = platform
    return new Configuration({ baseurl, clientId, clientSecret, tokenUrl: `${baseurl}/oauth/token` })
  }

  test('sailpoint-api-client (npm) searches, counts, and pages to the end by the sort field', async () => {
    // The client logs every page.
    vi.spyOn(console, 'log').mockImplementation(() => {})
    const search = new SearchApi(await configuration())
    const everybody = () => ({ indices: ['identities' as const], query: { query: '*' }, sort: ['id'] })
    const { data } = await Paginator.paginateSearchApi(search, everybody(), 2, 100)
    expect((data as { id?: string }[]).map(({ id }) => id)).toEqual(['e-1', 'e-2', 'e-3', 'e-4'])
    expect(faultsOf(data, 'IdentityDocument[]')).toEqual([])
    // The request selects members, and the client pages by the member by which it sorts.
    const chosen = { ...everybody(), sort: ['-name'], queryResultFilter: { includes: ['attributes.uid'] } }
    const named = await Paginator.paginateSearchApi(search, chosen, 3, 100)
    expect((named.data as { name?: string }[]).map(({ name }) => name)).toEqual([
      'grace.hopper',
      'alan.turing2',
      'alan.turing',
      'ada.lovelace',
    ])
    const counted = await search.searchCount({ search: everybody() })
    expect([counted.status, (counted.headers as Record<string, string>)['x-total-count']]).toEqual([204, '4'])
    const one = await search.searchGet({ index: 'identities', id: 'e-2' })
    expect(one.data).toMatchObject({ id: 'e-2', isManager: true })
    const refused = search.searchPost({ search: { ...everybody(), searchAfter: [null as unknown as string] } })
    await expect(refused).rejects.toMatchObject({ response: { status: 400 } })
  })

  test('X-Total-Count is spelled as SailPoint spells it, for clients that compare names of headers by case', async () => {
    const { platform, tokenOf } = prepared()
    const token = await tokenOf(['sp:scopes:all'])
    for (const path of ['/v3/roles?count=true', '/sources/v1?count=true', '/v2025/search/count']) {
      const isSearch = path.endsWith('/search/count')
      const names = await new Promise<string[]>((resolve, reject) => {
        const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
        request(new URL(path, platform.baseUrl), { method: isSearch ? 'POST' : 'GET', headers }, (answer) => {
          answer.resume()
          resolve(answer.rawHeaders)
        })
          .on('error', reject)
          .end(isSearch ? '{"query":{"query":"*"}}' : undefined)
      })
      expect(names, path).toContain('X-Total-Count')
      expect(names, path).not.toContain('x-total-count')
    }
  })

  test('sailpoint (PyPI) decodes the responses around role mining, where Python is installed', async () => {
    const { platform, credentials, send } = prepared()
    const roles = await send('POST /search', { body: { indices: ['roles'] } })
    const [role] = roles.json as { id: string; name: string }[]
    const { clientId, clientSecret } = await credentials(['sp:scopes:all'])
    const seen = await runPythonClient({
      SAIL_BASE_URL: platform.baseUrl,
      SAIL_CLIENT_ID: clientId,
      SAIL_CLIENT_SECRET: clientSecret,
    })
    if (seen === undefined) return
    expect(seen).toMatchObject({
      people: ['e-1', 'e-2', 'e-3', 'e-4'],
      roles_found: [role?.id],
      entitlements_found: 5,
      one: 'e-1',
      count: [204, '4'],
      sources: ['A&B #1 é', 'Active Directory', 'GitHub'],
      identities: ['Ada Lovelace', 'Grace Hopper', 'Alan Turing', 'Alan Turing'],
      public: ['e-1'],
      accounts: ['ad', 'gh'],
    })
  })
}
