/** Lists that are read in pages while processes are replaced. */
interface PagedLists {
  /** Reads the first page, and gives the token of the next one. */
  begin(): Promise<string>
  /** Reads on with a token that another process may have issued; returns 1 when it worked. */
  goOn(token: string): Promise<number>
}

const path = '/directory/v1/identities?pageSize=5'

export async function pagedLists(baseUrl: string, bearer: string): Promise<PagedLists> {
  const page = async (query: string) => {
    const answer = await fetch(`${baseUrl}${path}${query}`, { headers: { authorization: `Bearer ${bearer}` } })
    if (!answer.ok) throw new Error(`GET ${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as { nextPageToken?: string }
  }
  return {
    begin: async () => (await page('')).nextPageToken ?? '',
    async goOn(token) {
      if (token === '') return 0
      await page(`&pageToken=${encodeURIComponent(token)}`)
      return 1
    },
  }
}
