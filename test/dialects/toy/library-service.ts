import { http } from '@assay/contracts/google/api/annotations_pb'
import { HttpRuleSchema } from '@assay/contracts/google/api/http_pb'
import { create, createFileRegistry, type Message, setExtension } from '@bufbuild/protobuf'
import type { GenMessage, GenService } from '@bufbuild/protobuf/codegenv2'
import {
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  MethodOptionsSchema,
} from '@bufbuild/protobuf/wkt'

type Request = GenMessage<Message<'toy.library.v1.BookRequest'> & { title: string; reader: string }>
type Book = GenMessage<Message<'toy.library.v1.Book'> & { title: string; reader: string }>

/** Two calls: one that reads, one that changes something. */
type LibraryService = GenService<{
  findBook: { methodKind: 'unary'; input: Request; output: Book }
  lendBook: { methodKind: 'unary'; input: Request; output: Book }
}>

const texts = (...names: string[]) =>
  names.map((name, index) => ({
    name,
    jsonName: name,
    number: index + 1,
    type: FieldDescriptorProto_Type.STRING,
    label: FieldDescriptorProto_Label.OPTIONAL,
  }))

function call(name: string, pattern: { readonly case: 'get' | 'post'; readonly value: string }) {
  const options = create(MethodOptionsSchema)
  setExtension(options, http, create(HttpRuleSchema, { pattern, body: pattern.case === 'post' ? '*' : '' }))
  return { name, inputType: '.toy.library.v1.BookRequest', outputType: '.toy.library.v1.Book', options }
}

/** The code that `npm run generate` makes from a .proto, made at run time, so that a service for tests is not in the contracts. */
const registry = createFileRegistry(
  create(FileDescriptorSetSchema, {
    file: [
      create(FileDescriptorProtoSchema, {
        name: 'toy/library/v1/library_service.proto',
        package: 'toy.library.v1',
        syntax: 'proto3',
        messageType: [
          { name: 'BookRequest', field: texts('title', 'reader') },
          { name: 'Book', field: texts('title', 'reader') },
        ],
        service: [
          {
            name: 'LibraryService',
            method: [
              call('FindBook', { case: 'get', value: '/toy/books/{title}' }),
              call('LendBook', { case: 'post', value: '/toy/books/{title}/loans' }),
            ],
          },
        ],
      }),
    ],
  }),
)

export const LibraryService = registry.getService('toy.library.v1.LibraryService') as LibraryService
