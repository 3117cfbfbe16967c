export { makeCertificate } from './testing-certificate.ts'
export { gateOfTokens, openGate, testPrincipal } from './testing-gates.ts'

import { create, createFileRegistry } from '@bufbuild/protobuf'
import type { GenService } from '@bufbuild/protobuf/codegenv2'
import {
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  file_google_protobuf_wrappers,
  type StringValueSchema,
} from '@bufbuild/protobuf/wkt'

type Text = typeof StringValueSchema
type Kind<MethodKind> = { methodKind: MethodKind; input: Text; output: Text }

/** A service with one method of each kind, for tests of transports; its messages are StringValues. */
type EchoService = GenService<{
  unary: Kind<'unary'>
  up: Kind<'client_streaming'>
  down: Kind<'server_streaming'>
  both: Kind<'bidi_streaming'>
}>

const text = '.google.protobuf.StringValue'

const registry = createFileRegistry(
  create(FileDescriptorSetSchema, {
    file: [
      file_google_protobuf_wrappers.proto,
      create(FileDescriptorProtoSchema, {
        name: 'assay/testing/echo.proto',
        package: 'assay.testing',
        syntax: 'proto3',
        dependency: ['google/protobuf/wrappers.proto'],
        service: [
          {
            name: 'Echo',
            method: [
              { name: 'Unary', inputType: text, outputType: text },
              { name: 'Up', inputType: text, outputType: text, clientStreaming: true },
              { name: 'Down', inputType: text, outputType: text, serverStreaming: true },
              { name: 'Both', inputType: text, outputType: text, clientStreaming: true, serverStreaming: true },
            ],
          },
        ],
      }),
    ],
  }),
)

/** Made at run time from a descriptor, so that the generated contracts have no service of tests. */
export const Echo = registry.getService('assay.testing.Echo') as EchoService
