import { readFileSync } from 'node:fs'
import { createFileRegistry, type FileRegistry, fromBinary } from '@bufbuild/protobuf'
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt'
import { expect, test } from 'vitest'

const present = imageAt('./descriptors.binpb')
const held = imageAt('../../../proto/vendors.binpb')

/** Packages whose wires are ours, or of the protocol itself. */
const isOurs = (name: string) => /^(assay|grpc|google)\./.test(name)

test('the image that `buf breaking` compares with has each call and each field of the vendors', () => {
  const vendors = membersOf(present).filter((name) => !isOurs(name))
  expect(vendors.length).toBeGreaterThan(100)
  // Where this fails after an addition: npm run vendor-protos.
  expect(membersOf(held).filter((name) => !isOurs(name))).toEqual(vendors)
})

function imageAt(path: string): FileRegistry {
  const bytes = readFileSync(new URL(path, import.meta.url))
  return createFileRegistry(fromBinary(FileDescriptorSetSchema, bytes))
}

function membersOf(registry: FileRegistry): string[] {
  return [...registry]
    .flatMap((desc) => {
      if (desc.kind === 'service') return desc.methods.map(({ name }) => `${desc.typeName}/${name}`)
      if (desc.kind === 'message') return desc.fields.map(({ name }) => `${desc.typeName}.${name}`)
      return []
    })
    .sort()
}
