import type { DescService } from '@bufbuild/protobuf'

/**
 * A vendor's clients may be newer than our protos, so members of a body and parameters of a query that we do not know are
 * ignored; our own API refuses them.
 */
export function ignoresUnknownFields(service: DescService): boolean {
  return /^(c1|sailpoint)\./.test(service.typeName)
}
