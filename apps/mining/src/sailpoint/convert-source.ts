import { type Source, SourceSchema } from '@assay/contracts/sailpoint/sources/v1/source_pb'
import type { Application } from '@assay/directory'
import { create } from '@bufbuild/protobuf'

/** @param since the time since which the access data in force are in force */
export function toSourceMessage({ id, displayName, description }: Application, since: Date | undefined): Source {
  const time = since?.toISOString()
  return create(SourceSchema, {
    id,
    name: displayName,
    description,
    type: 'DelimitedFile',
    connector: 'delimited-file',
    connectorAttributes: {},
    healthy: time !== undefined,
    status: time === undefined ? 'SOURCE_STATE_UNCHECKED_SOURCE_NO_ACCOUNTS' : 'SOURCE_STATE_HEALTHY',
    connectorId: 'delimited-file',
    connectorName: 'Delimited File',
    connectionType: 'file',
    connectorImplementationId: 'delimited-file',
    ...(time !== undefined && { since: time, modified: time }),
  })
}
