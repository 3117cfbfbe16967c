import { ResidualGrantSchema } from '@assay/contracts/assay/insight/v1/coverage_service_pb'
import type { ResidualFilter } from '@assay/mining'
import { type CoverageTools, type LayeredGrant, type LayeredGrants, listLayeredGrants } from '@assay/role-mining'
import { csvRows } from '@assay/role-sessions'
import { create, toJson } from '@bufbuild/protobuf'
import { residualGrantMessage } from './convert-coverage.ts'

/** The number of grants whose names are read in one transaction. No transaction is open while the client reads. */
const grantsInPiece = 1000

const columns = ['identityId', 'identityName', 'applicationId', 'entitlementId', 'entitlementName', 'layer', 'toldBy']

/** The grants as a file, in pieces. */
export async function* residualFile(
  { within }: Pick<CoverageTools, 'within'>,
  told: LayeredGrants,
  filter: ResidualFilter,
  format: 'csv' | 'ndjson',
) {
  const contentType = format === 'csv' ? 'text/csv' : 'application/x-ndjson'
  if (format === 'csv') yield { contentType, data: Buffer.from(csvRows([columns])) }
  for (let from: number | undefined = 0; from !== undefined; ) {
    const start: number = from
    const { grants, next } = await within((sql) => listLayeredGrants(sql, told, filter, start, grantsInPiece))
    if (grants.length > 0) {
      const text = format === 'csv' ? csvRows(grants.map(cellsOf)) : grants.map(lineOf).join('')
      yield { contentType, data: Buffer.from(text) }
    }
    from = next
  }
}

function cellsOf({ identity, entitlement, layer, toldBy }: LayeredGrant): string[] {
  const { applicationId, id, displayName } = entitlement
  return [identity.id, identity.displayName, applicationId, id, displayName, layer, toldBy?.id ?? '']
}

function lineOf(grant: LayeredGrant): string {
  return `${JSON.stringify(toJson(ResidualGrantSchema, create(ResidualGrantSchema, residualGrantMessage(grant))))}\n`
}
