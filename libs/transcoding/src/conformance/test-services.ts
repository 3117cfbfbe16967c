import { createHash } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { FilesService } from '@assay/contracts/assay/transcoding/test/v1/files_service_pb'
import { LibraryService } from '@assay/contracts/assay/transcoding/test/v1/library_service_pb'
import { MatchService } from '@assay/contracts/assay/transcoding/test/v1/match_service_pb'
import { OutcomeService } from '@assay/contracts/assay/transcoding/test/v1/outcome_service_pb'
import { TypesService } from '@assay/contracts/assay/transcoding/test/v1/types_service_pb'
import { BadRequestSchema } from '@assay/contracts/google/rpc/error_details_pb'
import { type DescMethod, type JsonValue, type Message, toJson } from '@bufbuild/protobuf'
import { Code, ConnectError, type ConnectRouter, type HandlerContext, type Interceptor } from '@connectrpc/connect'

/** What handlers have received, so that a case can check which one was called and with what. */
export interface Seen {
  calls: { rpc: string; message: JsonValue; header: Headers }[]
  /** Rpcs whose signal was aborted before they answered. */
  aborted: string[]
  /** Rpcs whose stream of requests ended with an error. */
  broken: string[]
}

export function seeNothing(): Seen {
  return { calls: [], aborted: [], broken: [] }
}

/** Records every call, of every protocol. */
export function noteCalls(seen: Seen): Interceptor {
  return (next) => async (request) => {
    if (!request.stream) {
      seen.calls.push(describeCall(request.method, request.message, request.header))
      return await next(request)
    }
    const { method, message } = request
    const noted = (async function* () {
      try {
        for await (const each of message) {
          seen.calls.push(describeCall(method, each, request.header))
          yield each
        }
      } catch (error) {
        seen.broken.push(method.name)
        throw error
      }
    })()
    return await next({ ...request, message: noted })
  }
}

function describeCall(method: DescMethod, message: Message, header: Headers): Seen['calls'][number] {
  return { rpc: method.name, message: toJson(method.input, message), header }
}

/** All services of the suite. */
export const testedServices = [LibraryService, MatchService, TypesService, FilesService, OutcomeService]

/** The bytes of a file of this size. No two neighbouring bytes are equal, and they are not text. */
export function fileBytes(size: number): Uint8Array {
  const bytes = new Uint8Array(size)
  for (let index = 0; index < size; index++) bytes[index] = index * 7 + (index >> 8)
  return bytes
}

export function testServices(seen: Seen): (router: ConnectRouter) => void {
  const matched = (message: { a: string; b: string; rest: string }, context: HandlerContext) => ({
    rpc: context.method.name,
    request: message,
  })
  return (router) => {
    router.service(LibraryService, {
      getBook: ({ name }, context) => {
        context.responseHeader.set('etag', '"1"')
        context.responseHeader.set('x-seen-by', context.requestHeader.get('x-caller') ?? '')
        // Node's HTTP/2 server refuses this field with gRPC; the transcoder must remove it before.
        if (context.protocolName === 'rest') context.responseHeader.set('keep-alive', 'timeout=77')
        context.responseHeader.append('set-cookie', 'a=1')
        context.responseHeader.append('set-cookie', 'b=2')
        return { name, title: 'Walden' }
      },
      listBooks: ({ pageSize }) => ({
        books: Array.from({ length: pageSize }, (_, index) => ({ name: `shelves/1/books/${index}` })),
      }),
      listTitles: ({ parent }) =>
        parent === 'shelves/empty'
          ? {}
          : { titles: ['Walden', 'Emma'], first: { title: 'Walden' }, count: 2, pageTotal: 9n },
      createBook: ({ book }) => book ?? {},
      updateBook: ({ book }) => book ?? {},
      moveBooks: () => ({}),
      renameShelf: () => ({}),
      deleteBook: () => ({}),
      archiveShelf: () => ({}),
      annotate: (request) => request,
    })
    router.service(MatchService, {
      literal: matched,
      one: matched,
      oneDeep: matched,
      literalDeep: matched,
      rest: matched,
      postSpecial: matched,
      cancel: matched,
      cancelAll: matched,
      create: matched,
      pair: matched,
      multi: matched,
      tree: matched,
      treeDo: matched,
      escaped: matched,
      root: matched,
      purge: matched,
      anyMethod: matched,
      anyMethodGet: matched,
    })
    router.service(TypesService, { echoTypes: (request) => request, nothing: () => ({}) })
    router.service(FilesService, {
      putWhole: ({ contentType, data }) => summary('', '', contentType, [data]),
      putField: ({ name, note, content }) =>
        summary(name, note, content?.contentType ?? '', [content?.data ?? new Uint8Array()]),
      putStream: async (requests) => {
        let name = ''
        let note = ''
        let contentType = ''
        const chunks: Uint8Array[] = []
        for await (const request of requests) {
          name ||= request.name
          note ||= request.note
          contentType ||= request.content?.contentType ?? ''
          chunks.push(request.content?.data ?? new Uint8Array())
          if (name === 'first') break
        }
        return summary(name, note, contentType, chunks)
      },
      getWhole: ({ name, sizeBytes }, context) => {
        context.responseHeader.set('content-disposition', `attachment; filename="${name}"`)
        return { contentType: name.endsWith('.zip') ? 'application/zip' : '', data: fileBytes(sizeBytes) }
      },
      getField: ({ name, sizeBytes }) =>
        name === 'none' ? {} : { name, content: { contentType: 'text/csv', data: fileBytes(sizeBytes) } },
      getStream: async function* ({ name, sizeBytes, pieces, failAt }, context) {
        context.responseHeader.set('content-disposition', `attachment; filename="${name}"`)
        const bytes = fileBytes(sizeBytes)
        const count = pieces || 3
        const length = Math.ceil(bytes.length / count)
        noteAbort(seen, context)
        for (let piece = 1; piece <= count; piece++) {
          if (piece === failAt) throw new ConnectError('the disk is gone', Code.DataLoss)
          const contentType = piece === 1 ? 'application/zip' : 'text/plain'
          yield { contentType, data: bytes.subarray((piece - 1) * length, piece * length) }
        }
      },
    })
    router.service(OutcomeService, {
      fail: ({ code, message, details }) => {
        if (code === 100) throw new Error(`at 10.0.0.7:5432: ${message}`)
        const outgoing =
          details === 'known'
            ? [
                {
                  desc: BadRequestSchema,
                  value: { fieldViolations: [{ field: 'code', description: 'was asked for' }] },
                },
              ]
            : []
        const error = new ConnectError(message, code, { 'retry-after': '7', 'content-type': 'text/plain' }, outgoing)
        if (details === 'unknown') error.details.push({ type: 'acme.v1.Secret', value: new Uint8Array([1, 2]) })
        throw error
      },
      wait: async ({ milliseconds, stubborn }, context) => {
        noteAbort(seen, context)
        await wait(milliseconds, undefined, stubborn ? {} : { signal: context.signal })
        return { hasDeadline: context.timeoutMs() !== undefined }
      },
      count: async function* ({ to, failAt, paddingBytes }, context) {
        noteAbort(seen, context)
        const padding = 'x'.repeat(paddingBytes)
        for (let number = 1; number <= to; number++) {
          if (number === failAt) throw new ConnectError(`no ${number}`, Code.OutOfRange)
          yield { number, padding }
        }
      },
    })
  }
}

/** Only aborts before the answer count: every signal aborts once its call is over. */
function noteAbort(seen: Seen, context: HandlerContext): void {
  context.signal.addEventListener('abort', () => {
    const reason = context.signal.reason
    if (reason instanceof ConnectError && reason.rawMessage !== 'The call is complete')
      seen.aborted.push(context.method.name)
  })
}

function summary(name: string, note: string, contentType: string, chunks: Uint8Array[]) {
  const hash = createHash('sha256')
  let size = 0
  for (const chunk of chunks) {
    hash.update(chunk)
    size += chunk.length
  }
  return { name, note, contentType, sizeBytes: BigInt(size), sha256: hash.digest('hex'), messages: chunks.length }
}
