import { createReadStream } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createServer2 } from 'node:http2'
import type { AddressInfo, Server } from 'node:net'
import { FilesService } from '@assay/contracts/assay/transcoding/test/v1/files_service_pb'
import { BookSchema, LibraryService } from '@assay/contracts/assay/transcoding/test/v1/library_service_pb'
import { createTranscoder, type MountOptions } from '@assay/transcoding'
import { create, type MessageInitShape } from '@bufbuild/protobuf'
import { type ConnectRouter, createClient } from '@connectrpc/connect'
import { connectNodeAdapter, createGrpcTransport, Http2SessionManager } from '@connectrpc/connect-node'
import fastify from 'fastify'
import { serveParent } from './bench-process.ts'
import { bookSchema } from './book-schema.ts'

// One server of a comparison:
//   node transcoding-server.ts transcoder|connect|fastify|fastify-bare|grpc
//   node transcoding-server.ts hop URL                  REST in, gRPC to the server at URL
//   node transcoding-server.ts download|stream FILE
const [kind, subject = ''] = process.argv.slice(2)

const pieceBytes = 64 * 1024

const library = (router: ConnectRouter): void => {
  router.service(LibraryService, {
    createBook: ({ parent, bookId, book }) => ({ ...(book ?? create(BookSchema)), name: `${parent}/books/${bookId}` }),
  })
}

const downloads = (router: ConnectRouter): void => {
  router.service(FilesService, {
    getStream: async function* ({ sizeBytes }) {
      const part = sizeBytes === 0 ? {} : { end: sizeBytes - 1 }
      for await (const data of createReadStream(subject, { highWaterMark: pieceBytes, ...part })) {
        yield { contentType: 'application/octet-stream', data: data as Uint8Array<ArrayBuffer> }
      }
    },
  })
}

function start(): Promise<number> {
  switch (kind) {
    case 'transcoder':
      return listen(createServer(transcoded({ handlers: library })))
    case 'hop': {
      const sessionManager = new Http2SessionManager(subject)
      const transport = createGrpcTransport({ baseUrl: subject, sessionManager, acceptCompression: [] })
      const { createBook } = createClient(LibraryService, transport)
      const handlers = (router: ConnectRouter) =>
        router.service(LibraryService, { createBook: (book) => createBook(book) })
      return listen(createServer(transcoded({ handlers })))
    }
    case 'connect':
      return listen(createServer(connectNodeAdapter({ routes: library, jsonOptions: { alwaysEmitImplicit: true } })))
    case 'grpc':
      return listen(createServer2(connectNodeAdapter({ routes: library })))
    case 'fastify':
    case 'fastify-bare':
      return startFastify(kind === 'fastify')
    case 'download':
      return listen(createServer(transcoded({ handlers: downloads })))
    case 'stream':
      return listen(createServer(streamFile))
    default:
      throw new Error(`no server is called ${kind}`)
  }
}

function transcoded(mount: MountOptions): RequestListener {
  const transcoder = createTranscoder({ mounts: [mount], onError: (error) => console.error(error) })
  return (request, response) => {
    transcoder.handle(request, response).then((isHandled) => {
      if (!isHandled) transcoder.notFound(request, response)
    })
  }
}

const streamFile: RequestListener = (_, response) => {
  response.writeHead(200, { 'content-type': 'application/octet-stream' })
  createReadStream(subject, { highWaterMark: pieceBytes }).pipe(response)
}

/** A hand-written server for the same call; `isChecked`: with schemas for requests and responses. */
async function startFastify(isChecked: boolean): Promise<number> {
  const app = fastify()
  interface Call {
    Params: { shelf: string }
    Querystring: { book_id?: string }
    Body: MessageInitShape<typeof BookSchema>
  }
  const text = { type: 'string' }
  const schema = {
    params: { type: 'object', properties: { shelf: text }, required: ['shelf'] },
    querystring: { type: 'object', properties: { book_id: text }, additionalProperties: false },
    body: bookSchema,
    response: { 201: bookSchema },
  }
  app.post<Call>('/v1/shelves/:shelf/books', isChecked ? { schema } : {}, async (request, reply) => {
    reply.code(201)
    return { ...request.body, name: `shelves/${request.params.shelf}/books/${request.query.book_id}` }
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  return (app.server.address() as AddressInfo).port
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}

serveParent(await start())
