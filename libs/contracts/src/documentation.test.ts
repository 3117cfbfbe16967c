import { execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fromBinary } from '@bufbuild/protobuf'
import {
  type DescriptorProto,
  type EnumDescriptorProto,
  type FileDescriptorProto,
  FileDescriptorSetSchema,
} from '@bufbuild/protobuf/wkt'
import { expect, test } from 'vitest'

// Generated code holds no comments, so they are read from an image that buf makes of the protos now.
const root = fileURLToPath(new URL('../../..', import.meta.url))
const buf = join(dirname(createRequire(import.meta.url).resolve('@bufbuild/buf/package.json')), 'bin', 'buf')
const image = execFileSync(process.execPath, [buf, 'build', 'proto', '-o', '-#format=binpb'], {
  cwd: root,
  maxBuffer: 64 << 20,
})
const files = fromBinary(FileDescriptorSetSchema, image).file.filter((file) =>
  /^(assay|c1|grpc|sailpoint)\//.test(file.name),
)

interface Documented {
  readonly kind: 'message' | 'field' | 'oneof' | 'enum' | 'value' | 'service' | 'rpc'
  readonly name: string
  readonly comment: string
}

/** Everything that a file declares with the comment above it; the numbers are those of descriptor.proto's fields. */
function* declarationsOf(file: FileDescriptorProto): Iterable<Documented> {
  const comments = new Map(
    file.sourceCodeInfo?.location.map((location) => [location.path.join('.'), location.leadingComments.trim()]),
  )
  const declared = (kind: Documented['kind'], name: string, path: string): Documented => ({
    kind,
    name,
    comment: comments.get(path) ?? '',
  })
  function* inEnum(type: EnumDescriptorProto, scope: string, path: string): Iterable<Documented> {
    const name = `${scope}.${type.name}`
    yield declared('enum', name, path)
    for (const [i, value] of type.value.entries()) yield declared('value', `${name}.${value.name}`, `${path}.2.${i}`)
  }
  function* inMessage(type: DescriptorProto, scope: string, path: string): Iterable<Documented> {
    // The entry type of a map is made by the compiler, and so is the oneof of an optional field.
    if (type.options?.mapEntry) return
    const name = `${scope}.${type.name}`
    const synthetic = new Set(type.field.filter((field) => field.proto3Optional).map((field) => field.oneofIndex))
    yield declared('message', name, path)
    for (const [i, field] of type.field.entries()) yield declared('field', `${name}.${field.name}`, `${path}.2.${i}`)
    for (const [i, oneof] of type.oneofDecl.entries()) {
      if (!synthetic.has(i)) yield declared('oneof', `${name}.${oneof.name}`, `${path}.8.${i}`)
    }
    for (const [i, nested] of type.nestedType.entries()) yield* inMessage(nested, name, `${path}.3.${i}`)
    for (const [i, nested] of type.enumType.entries()) yield* inEnum(nested, name, `${path}.4.${i}`)
  }
  for (const [i, type] of file.messageType.entries()) yield* inMessage(type, file.package, `4.${i}`)
  for (const [i, type] of file.enumType.entries()) yield* inEnum(type, file.package, `5.${i}`)
  for (const [i, service] of file.service.entries()) {
    const name = `${file.package}.${service.name}`
    yield declared('service', name, `6.${i}`)
    for (const [j, method] of service.method.entries()) yield declared('rpc', `${name}.${method.name}`, `6.${i}.2.${j}`)
  }
}

const declarations = files.flatMap((file) => [...declarationsOf(file)])
const count = (kind: Documented['kind']) => declarations.filter((each) => each.kind === kind).length
const names = (found: readonly Documented[]) => found.map((each) => each.name)

test('every message, field, oneof, enum, enum value, service and rpc is documented', () => {
  expect(count('rpc')).toBeGreaterThan(35)
  expect(count('field')).toBeGreaterThan(300)
  expect(names(declarations.filter((each) => each.comment === ''))).toEqual([])
})

test('every rpc of ours and of the vendors names its errors', () => {
  const rpcs = declarations.filter((each) => each.kind === 'rpc' && !each.name.startsWith('grpc.'))
  expect(names(rpcs.filter((rpc) => !rpc.comment.includes('Errors: ')))).toEqual([])
})

/** ConductorOne's lists that it declares without parameters, so that its SDKs cannot page them. */
const unpagedLists = ['ListRuns', 'ListSuggestions', 'ListCustomAnalysisResults']

test('every page size says what absent, zero, too many and negative mean', () => {
  const sizes = declarations.filter((each) => each.kind === 'field' && each.name.endsWith('.page_size'))
  expect(sizes.length).toBeGreaterThan(10)
  for (const { name, comment } of sizes) {
    const whenAbsent = unpagedLists.some((list) => name.includes(`.${list}Request.`)) ? 100 : 25
    expect(comment.replaceAll(/\s+/g, ' '), name).toContain(
      `absent or 0 means ${whenAbsent}, more than 100 means 100, negative is INVALID_ARGUMENT`,
    )
  }
})
