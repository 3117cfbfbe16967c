import { BadRequestSchema } from '@assay/contracts/google/rpc/error_details_pb'
import { StatusSchema } from '@assay/contracts/google/rpc/status_pb'
import type { JsonValue, Message } from '@bufbuild/protobuf'
import {
  create,
  type DescMethod,
  type DescMethodStreaming,
  type DescMethodUnary,
  fromBinary,
  toBinary,
  toJson,
} from '@bufbuild/protobuf'
import { Code, ConnectError, type Transport } from '@connectrpc/connect'
import { createAsyncIterable } from '@connectrpc/connect/protocol'
import { type Client, type ClientReadableStream, Metadata, type ServiceError } from '@grpc/grpc-js'

/** The outcome of a call, in a form in which responses of all protocols can be compared. */
export interface Outcome {
  readonly messages: readonly JsonValue[]
  readonly error: OutcomeError | undefined
}

export interface OutcomeError {
  readonly code: number
  readonly message: string
  /** The details whose types the suite knows. */
  readonly details: readonly JsonValue[]
}

/** Repeats a call by another protocol, with the messages that REST made. */
export type Replay = (method: DescMethod, inputs: readonly Message[], timeoutMs: number | undefined) => Promise<Outcome>

/** Repeats calls by a transport of Connect. */
export function replayBy(transport: Transport): Replay {
  return async (method, inputs, timeoutMs) => {
    const messages: JsonValue[] = []
    const add = (message: Message): void => {
      messages.push(toJson(method.output, message, { alwaysEmitImplicit: true }))
    }
    try {
      if (isUnary(method)) {
        const answer = await transport.unary(method, undefined, timeoutMs, undefined, inputs[0]!)
        add(answer.message)
      } else {
        const answer = await transport.stream(
          method as DescMethodStreaming,
          undefined,
          timeoutMs,
          undefined,
          createAsyncIterable([...inputs]),
        )
        for await (const message of answer.message) add(message)
      }
      return { messages, error: undefined }
    } catch (error) {
      const { code, rawMessage, details } = ConnectError.from(error)
      const known = details.flatMap((detail) => {
        if ('desc' in detail) return []
        return knownDetail(detail.type, detail.value)
      })
      return { messages, error: { code, message: rawMessage, details: known } }
    }
  }
}

/** Repeats calls by the client of @grpc/grpc-js, which shares no code with Connect. */
export function replayByGrpcJs(client: Client): Replay {
  return (method, inputs, timeoutMs) =>
    new Promise((resolve) => {
      const path = `/${method.parent.typeName}/${method.name}`
      const serialize = (message: Message): Buffer => Buffer.from(toBinary(method.input, message))
      const deserialize = (bytes: Buffer): Message => fromBinary(method.output, bytes)
      const options = timeoutMs === undefined ? {} : { deadline: Date.now() + timeoutMs }
      const messages: JsonValue[] = []
      const add = (message: Message): void => {
        messages.push(toJson(method.output, message, { alwaysEmitImplicit: true }))
      }
      const settle = (error: ServiceError | null, message?: Message): void => {
        if (message !== undefined) add(message)
        resolve({ messages, error: error === null ? undefined : readServiceError(error) })
      }
      const metadata = new Metadata()
      switch (method.methodKind) {
        case 'unary':
          client.makeUnaryRequest(path, serialize, deserialize, inputs[0]!, metadata, options, settle)
          break
        case 'client_streaming': {
          const call = client.makeClientStreamRequest(path, serialize, deserialize, metadata, options, settle)
          for (const input of inputs) call.write(input)
          call.end()
          break
        }
        default: {
          const call: ClientReadableStream<Message> = client.makeServerStreamRequest(
            path,
            serialize,
            deserialize,
            inputs[0]!,
            metadata,
            options,
          )
          let failure: ServiceError | null = null
          call.on('data', add)
          call.on('error', (error: ServiceError) => {
            failure = error
          })
          call.on('status', () => setImmediate(() => settle(failure)))
        }
      }
    })
}

function readServiceError(error: ServiceError): OutcomeError {
  const [packed] = error.metadata.get('grpc-status-details-bin')
  const status = packed instanceof Buffer ? fromBinary(StatusSchema, packed) : create(StatusSchema)
  const details = status.details.flatMap(({ typeUrl, value }) =>
    knownDetail(typeUrl.slice(typeUrl.lastIndexOf('/') + 1), value),
  )
  return { code: error.code, message: error.details, details }
}

function knownDetail(type: string, value: Uint8Array): JsonValue[] {
  return type === BadRequestSchema.typeName ? [toJson(BadRequestSchema, fromBinary(BadRequestSchema, value))] : []
}

/** Removes the text of a deadline error, because it depends on which side notices the deadline first. */
export function withoutOwnWords(outcome: Outcome): Outcome {
  const { error } = outcome
  if (error === undefined || error.code !== Code.DeadlineExceeded) return outcome
  return { ...outcome, error: { ...error, message: 'too late' } }
}

function isUnary(method: DescMethod): method is DescMethodUnary {
  return method.methodKind === 'unary'
}
