import { SnapshotDescriptionSchema } from '@assay/contracts/assay/mining/v1/mining_service_pb'
import type { SnapshotDescription } from '@assay/directory'
import { create } from '@bufbuild/protobuf'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'

export function toDescriptionMessage({ committedAt, attributes, ...rest }: SnapshotDescription) {
  return create(SnapshotDescriptionSchema, {
    ...rest,
    commitTime: timestampFromDate(committedAt),
    attributes: attributes.map((attribute) => ({ ...attribute })),
  })
}
