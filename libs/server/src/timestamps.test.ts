import { create, createFileRegistry } from '@bufbuild/protobuf'
import type { GenService } from '@bufbuild/protobuf/codegenv2'
import {
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  file_google_protobuf_timestamp,
  type TimestampSchema,
} from '@bufbuild/protobuf/wkt'
import { expect, test } from 'vitest'
import { createLogger } from './logger.ts'
import { startServer } from './start-server.ts'
import { openGate } from './testing.ts'

/** A service that returns the time of the request. */
const Clock = createFileRegistry(
  create(FileDescriptorSetSchema, {
    file: [
      file_google_protobuf_timestamp.proto,
      create(FileDescriptorProtoSchema, {
        name: 'assay/testing/clock.proto',
        package: 'assay.testing',
        syntax: 'proto3',
        dependency: ['google/protobuf/timestamp.proto'],
        service: [
          {
            name: 'Clock',
            method: [
              { name: 'Set', inputType: '.google.protobuf.Timestamp', outputType: '.google.protobuf.Timestamp' },
            ],
          },
        ],
      }),
    ],
  }),
).getService('assay.testing.Clock') as GenService<{
  set: { methodKind: 'unary'; input: typeof TimestampSchema; output: typeof TimestampSchema }
}>

test('a day that no month has is refused in the JSON of Connect, as over REST', async () => {
  const server = await startServer({
    name: 'test',
    host: '127.0.0.1',
    port: 0,
    readiness: {},
    logger: createLogger('test', 'silent'),
    gate: openGate,
    routes: (router) => router.service(Clock, { set: (time) => time }),
  })
  const set = async (time: string) => {
    const answer = await fetch(`${server.url}/assay.testing.Clock/Set`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(time),
    })
    return [answer.status, await answer.json()]
  }
  for (const time of [
    '2024-02-30T00:00:00Z',
    '2023-02-29T00:00:00Z',
    '2024-04-31T00:00:00+02:00',
    '1900-02-29T00:00:00Z',
  ]) {
    expect(await set(time), time).toEqual([
      400,
      { code: 'invalid_argument', message: expect.stringContaining('there is no such day') },
    ])
  }
  for (const time of [
    '2024-02-29T00:00:00Z',
    '2000-02-29T23:59:59.500Z',
    '0004-02-29T00:00:00Z',
    '9999-12-31T23:59:59Z',
  ]) {
    expect(await set(time), time).toEqual([200, time])
  }
  await server.close()
})
