import { ErrorInfoSchema } from '@assay/contracts/google/rpc/error_details_pb'
import type { DescMessage, DescMethod, DescMethodUnary, MessageInitShape, MessageShape } from '@bufbuild/protobuf'
import { create } from '@bufbuild/protobuf'
import { Code, ConnectError, type StreamResponse, type Transport, type UnaryResponse } from '@connectrpc/connect'

/** The response of a call in a story. */
export interface Answer {
  readonly method: DescMethod
  readonly give: (input: unknown) => unknown
}

/** Answers a call with a message, with a message made from the request, or with an error. */
export function answer<Input extends DescMessage, Output extends DescMessage>(
  method: DescMethodUnary<Input, Output>,
  given:
    | MessageInitShape<Output>
    | ConnectError
    | ((input: MessageShape<Input>) => MessageInitShape<Output> | Promise<never>),
): Answer {
  return {
    method,
    give(input) {
      if (given instanceof ConnectError) throw given
      return typeof given === 'function' ? given(input as MessageShape<Input>) : given
    },
  }
}

/** The error of a platform that fails. */
export const unavailable = new ConnectError('the service is away', Code.Internal)

/** The error of a platform that does not answer, such as a response 503. */
export const away = new ConnectError('the service is away', Code.Unavailable)

/** The error of a user without a right. */
export const withoutRight = new ConnectError(
  'this call needs the right "administer"',
  Code.PermissionDenied,
  undefined,
  [{ desc: ErrorInfoSchema, value: { reason: 'MISSING_RIGHT', metadata: { right: 'administer', role: 'auditor' } } }],
)

/** The error of a platform that has no such object. */
export const notFound = new ConnectError('there is no such object', Code.NotFound)

let current: readonly Answer[] = []

export function answerWith(answers: readonly Answer[]): void {
  current = answers
}

/** The response of a call that never ends. */
export const never = new Promise<never>(() => {})

/** A transport that gives the responses of the story. */
export const storyTransport: Transport = {
  async unary<Input extends DescMessage, Output extends DescMessage>(
    method: DescMethodUnary<Input, Output>,
    _signal: AbortSignal | undefined,
    _timeoutMs: number | undefined,
    _header: HeadersInit | undefined,
    input: MessageInitShape<Input>,
  ): Promise<UnaryResponse<Input, Output>> {
    const known = current.find((one) => one.method === method)
    if (known === undefined) return never
    const message = create(method.output, (await known.give(create(method.input, input))) as MessageInitShape<Output>)
    return { stream: false, service: method.parent, method, header: new Headers(), trailer: new Headers(), message }
  },
  stream<Input extends DescMessage, Output extends DescMessage>(): Promise<StreamResponse<Input, Output>> {
    return never
  },
}
