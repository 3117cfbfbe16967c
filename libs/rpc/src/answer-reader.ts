/** A complete HTTP/1.1 response. */
export interface HttpAnswer {
  readonly status: number
  /** By names in lower case. Several fields of one name are one text, as HTTP reads them (RFC 9110, section 5.2). */
  readonly fields: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** The end of the header. */
const blankLine = Buffer.from('\r\n\r\n')
const mostHeadBytes = 128 * 1024
const mostChunkLineBytes = 4096
/** Much more than any of our messages has. A server that sends more might never stop, and would fill the memory. */
const mostBodyBytes = 256 * 1024 * 1024
const nothing = Buffer.alloc(0)

type Body =
  | { readonly kind: 'length'; left: number }
  /** `left`: the bytes left of the present chunk, with its line break. */
  | { readonly kind: 'chunks'; left: number; isLast: boolean }
  | { readonly kind: 'until the end' }

/** Reads one response to a POST, piece by piece, for a client that has sent one request and waits. */
export class AnswerReader {
  #status = 0
  #fields: Record<string, string> = {}
  #body: Body | undefined
  #unread: Buffer = nothing
  readonly #pieces: Buffer[] = []
  #bodyBytes = 0
  #isWhole = false
  #isFramed = true

  /** Whether the connection can be used for another request after the response. */
  get staysOpen(): boolean {
    return this.#isFramed && this.#unread.length === 0 && !/\bclose\b/i.test(this.#fields.connection ?? '')
  }

  /**
   * @returns the response when it is complete
   * @throws for bytes that are not an HTTP response
   */
  add(bytes: Buffer): HttpAnswer | undefined {
    this.#unread = this.#unread.length === 0 ? bytes : Buffer.concat([this.#unread, bytes])
    while (this.#body === undefined) if (!this.#readHead()) return undefined
    this.#readBody(this.#body)
    return this.#isWhole ? this.#answer() : undefined
  }

  /** @returns the response if it ends with the connection; undefined for an incomplete one */
  end(): HttpAnswer | undefined {
    return this.#body?.kind === 'until the end' ? this.#answer() : undefined
  }

  #answer(): HttpAnswer {
    const pieces = this.#pieces
    const body = pieces.length === 1 ? pieces[0] : Buffer.concat(pieces)
    return { status: this.#status, fields: this.#fields, body: body ?? nothing }
  }

  /** @returns whether a header was read; a header with status 1xx is dropped */
  #readHead(): boolean {
    const end = this.#unread.indexOf(blankLine)
    if (end === -1) {
      if (this.#unread.length > mostHeadBytes) throw new Error('the head of the answer is too long')
      return false
    }
    const [first = '', ...lines] = this.#unread.toString('latin1', 0, end).split('\r\n')
    this.#unread = this.#unread.subarray(end + blankLine.length)
    const [, minor, status] = /^HTTP\/1\.([01]) (\d{3})(?: |$)/.exec(first) ?? []
    if (status === undefined) throw new Error('the answer is not HTTP/1.1')
    if (status.startsWith('1')) return true
    this.#status = Number(status)
    for (const line of lines) this.#readField(line)
    if (minor === '0' && !/\bkeep-alive\b/i.test(this.#fields.connection ?? '')) this.#isFramed = false
    this.#body = this.#bodyOf()
    return true
  }

  #readField(line: string): void {
    const colon = line.indexOf(':')
    if (colon < 1) throw new Error('the answer has a field without a name')
    const name = line.slice(0, colon).toLowerCase()
    const value = line.slice(colon + 1).trim()
    const before = this.#fields[name]
    this.#fields[name] = before === undefined ? value : `${before}, ${value}`
  }

  #bodyOf(): Body {
    if (this.#status === 204 || this.#status === 304) return { kind: 'length', left: 0 }
    const { 'transfer-encoding': encoding, 'content-length': length } = this.#fields
    if (encoding !== undefined) {
      if (encoding.toLowerCase() !== 'chunked') throw new Error('the answer has an unknown transfer encoding')
      return { kind: 'chunks', left: 0, isLast: false }
    }
    if (length === undefined) {
      this.#isFramed = false
      return { kind: 'until the end' }
    }
    if (!/^\d{1,15}$/.test(length)) throw new Error('the answer has an invalid content length')
    requireBearable(Number(length))
    return { kind: 'length', left: Number(length) }
  }

  #readBody(body: Body): void {
    switch (body.kind) {
      case 'length':
        body.left -= this.#take(body.left)
        this.#isWhole = body.left === 0
        return
      case 'until the end':
        this.#take(this.#unread.length)
        return
      case 'chunks':
        while (!this.#isWhole && this.#readChunk(body)) {}
    }
  }

  /** Adds at most this number of bytes to the body, as many as there are. */
  #take(most: number): number {
    const count = Math.min(most, this.#unread.length)
    this.#bodyBytes += count
    requireBearable(this.#bodyBytes)
    if (count > 0) this.#pieces.push(this.#unread.subarray(0, count))
    this.#unread = this.#unread.subarray(count)
    return count
  }

  /** @returns whether there may be more to read */
  #readChunk(body: Extract<Body, { kind: 'chunks' }>): boolean {
    if (body.left > 2) body.left -= this.#take(body.left - 2)
    if (body.left > 2) return false
    if (body.left > 0) {
      if (this.#unread.length < body.left) return false
      this.#unread = this.#unread.subarray(body.left)
      body.left = 0
    }
    const end = this.#unread.indexOf('\r\n')
    if (end === -1) {
      if (this.#unread.length > mostChunkLineBytes) throw new Error('the answer has a chunk without a size')
      return false
    }
    const line = this.#unread.toString('latin1', 0, end)
    this.#unread = this.#unread.subarray(end + 2)
    // After the last chunk there may be fields, which are ignored, and an empty line.
    if (body.isLast) {
      this.#isWhole = line === ''
      return true
    }
    const size = /^[\da-f]{1,8}(?=[\s;]|$)/i.exec(line)?.[0]
    if (size === undefined) throw new Error('the answer has a chunk without a size')
    const bytes = Number.parseInt(size, 16)
    if (bytes === 0) body.isLast = true
    else body.left = bytes + 2
    return true
  }
}

function requireBearable(bodyBytes: number): void {
  if (bodyBytes > mostBodyBytes) throw new Error('the body of the answer is too long')
}
