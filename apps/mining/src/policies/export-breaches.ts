import { BreachSchema, Severity } from '@assay/contracts/assay/policy/v1/policy_pb'
import { ExportBreachesRequest_Format as Format } from '@assay/contracts/assay/policy/v1/policy_service_pb'
import { csvRows } from '@assay/role-sessions'
import { create, toJsonString } from '@bufbuild/protobuf'
import type { BreachInit } from './list-breaches.ts'

/** A file format for breaches: its content type, its header, and its lines. */
interface BreachFile {
  readonly contentType: string
  readonly head: string
  readonly lines: (breaches: readonly BreachInit[]) => string
}

const csv: BreachFile = {
  contentType: 'text/csv; charset=utf-8',
  head: csvRows([['policy_id', 'policy', 'severity', 'identity_id', 'identity', 'first', 'second', 'last_used_day']]),
  lines: (breaches) =>
    csvRows(
      breaches.map((breach) => [
        breach.policyId,
        breach.policyDisplayName,
        breach.severity === Severity.UNSPECIFIED ? '' : Severity[breach.severity].toLowerCase(),
        breach.identityId,
        breach.identityDisplayName,
        namesOf(breach.first, breach.firstCount),
        namesOf(breach.second, breach.secondCount),
        breach.lastUsedDay,
      ]),
    ),
}

const ndjson: BreachFile = {
  contentType: 'application/x-ndjson',
  head: '',
  lines: (breaches) =>
    breaches.map((breach) => `${toJsonString(BreachSchema, create(BreachSchema, breach))}\n`).join(''),
}

export function breachFile(format: Format): BreachFile {
  return format === Format.NDJSON ? ndjson : csv
}

function namesOf(
  entitlements: readonly { readonly applicationId: string; readonly entitlementId: string }[],
  count: number,
): string {
  const names = entitlements.map(({ applicationId, entitlementId }) => `${applicationId} ${entitlementId}`)
  return [...names, ...(count > names.length ? [`${count - names.length} more`] : [])].join('; ')
}
