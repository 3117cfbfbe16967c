import { readFileSync } from 'node:fs'
import { fromBinary } from '@bufbuild/protobuf'
import { type FileDescriptorProto, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt'

/**
 * Every proto file of ours and of those that we import, with its comments: what the generated modules leave out. They are read from
 * the image that `npm run generate` writes (half a megabyte), anew at every call: keep what is made of them, not the files.
 * @throws when the image is missing, which means that nothing was generated
 */
export function describedFiles(): readonly FileDescriptorProto[] {
  const image = readFileSync(new URL('./descriptors.binpb', import.meta.url))
  return fromBinary(FileDescriptorSetSchema, image).file
}
