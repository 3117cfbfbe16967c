import http, { type IncomingHttpHeaders } from 'node:http'

interface BrowserAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  readonly location: string
}

interface Cookie {
  readonly value: string
  readonly isStrict: boolean
  readonly whole: string
}

/** Sends requests with cookies as a browser does: no strict cookies with requests that another site causes. */
export class TestBrowser {
  readonly #base: string
  readonly cookies = new Map<string, Cookie>()

  constructor(base: string) {
    this.#base = base
  }

  /** A navigation by a link of the console's page, by a link of another site, or by typing the address. */
  navigate(address: string, site: 'same-origin' | 'cross-site' | 'none' = 'same-origin') {
    const headers = {
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
      'sec-fetch-site': site,
      accept: 'text/html',
    }
    return this.#send('GET', address, headers, site)
  }

  /** A request of the console's page. */
  call(method: string, path: string, body = '') {
    const headers = {
      'x-assay-console': '1',
      'sec-fetch-site': 'same-origin',
      'sec-fetch-mode': 'cors',
      ...(body !== '' && { 'content-type': 'application/json' }),
    }
    return this.#send(method, path, headers, 'same-origin', body)
  }

  async json(path: string): Promise<{ status: number; body: Record<string, unknown> }> {
    const { status, text } = await this.call('GET', path)
    return { status, body: JSON.parse(text) as Record<string, unknown> }
  }

  /** The cookie of a purpose; the common prefix of the names is ignored. */
  cookie(kind: 'pending' | 'outcome' | 'session'): Cookie | undefined {
    const isIt = (name: string) =>
      kind === 'session' ? /^__Host-assay-[0-9a-f]{16}$/.test(name) : name.startsWith(`__Host-assay-${kind}-`)
    return [...this.cookies].find(([name]) => isIt(name))?.[1]
  }

  #send(method: string, address: string, headers: Record<string, string>, site: string, body = '') {
    const url = new URL(address, this.#base)
    const sent = [...this.cookies].filter(([, { isStrict }]) => site !== 'cross-site' || !isStrict)
    const cookie = sent.map(([name, { value }]) => `${name}=${value}`).join('; ')
    return new Promise<BrowserAnswer>((resolve, reject) => {
      const request = http.request(
        url,
        { method, headers: { ...headers, ...(cookie !== '' && { cookie }) } },
        async (response) => {
          const pieces: Buffer[] = []
          for await (const piece of response) pieces.push(piece as Buffer)
          for (const whole of response.headers['set-cookie'] ?? []) this.#keep(whole)
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: Buffer.concat(pieces).toString(),
            location: response.headers.location ?? '',
          })
        },
      )
      request.once('error', reject)
      request.end(body)
    })
  }

  #keep(whole: string): void {
    const [, name = '', value = ''] = whole.match(/^([^=]+)=([^;]*)/) ?? []
    if (whole.includes('Max-Age=0')) this.cookies.delete(name)
    else this.cookies.set(name, { value, whole, isStrict: whole.includes('SameSite=Strict') })
  }
}
