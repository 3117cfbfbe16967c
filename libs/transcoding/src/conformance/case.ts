import type { JsonValue } from '@bufbuild/protobuf'

/** One request and its expected result, on every kind of connection. Ids are stable, because documents and reports name them. */
export interface ConformanceCase {
  readonly id: string
  /** The guarantee in plain words. */
  readonly promise: string
  readonly request: CaseRequest
  readonly expect: CaseExpectation
}

export interface CaseRequest {
  /** GET by default. */
  readonly method?: string
  /** The path and the query as sent, with escapes. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  /** Text and bytes are sent as they are; anything else as its JSON with the type application/json. */
  readonly body?: string | Uint8Array | { readonly json: JsonValue }
}

interface CaseExpectation {
  /** 200 by default. */
  readonly status?: number
  /** The rpc whose handler is called, such as `GetBook`; null if none is. */
  readonly rpc?: string | null
  /** What the handler receives, as proto JSON without zero values. */
  readonly message?: JsonValue
  readonly headers?: Readonly<Record<string, string | RegExp | null>>
  /** The whole JSON body. */
  readonly json?: JsonValue
  /** The whole body as text, or a pattern in it. */
  readonly text?: string | RegExp
  readonly bytes?: Uint8Array
  /** For a refusal: each invalid parameter, with words of its description. */
  readonly violations?: Readonly<Record<string, string | RegExp>>
}
