import type { DescService } from '@bufbuild/protobuf'

/** A vendor's clients may be newer than our protos, so what they say beyond them is ignored; our own API refuses it. */
export function ignoresUnknownFields(service: DescService): boolean {
  return /^(c1|sailpoint)\./.test(service.typeName)
}
