import type { Organisation } from './organisation.ts'

/** One file of the native CSV form; its text is in chunks, which can be iterated more than once. */
interface CsvFile {
  readonly fileName: string
  readonly chunks: Iterable<string>
}

type Cell = string | boolean
const chunkSize = 64 * 1024

/** The organisation as the files of an import (RFC 4180, UTF-8, a header row), made while they are read. */
export function toCsv(organisation: Organisation): readonly CsvFile[] {
  return [
    file(
      'identities.csv',
      'id display_name email username department job_title manager_id employment_type employment_status status type location cost_center project',
      organisation.identities,
      (row) => [
        row.id,
        row.displayName,
        row.email,
        row.username,
        row.department,
        row.jobTitle,
        row.managerId,
        row.employmentType,
        row.employmentStatus,
        row.status,
        row.type,
        row.attributes.location,
        row.attributes.cost_center,
        row.attributes.project,
      ],
    ),
    file('applications.csv', 'id display_name description', organisation.applications, (row) => [
      row.id,
      row.displayName,
      row.description,
    ]),
    file(
      'entitlements.csv',
      'id application_id display_name description resource_type resource risk_level privileged',
      organisation.entitlements,
      (row) => [
        row.id,
        row.applicationId,
        row.displayName,
        row.description,
        row.resourceType,
        row.resource,
        row.riskLevel,
        row.privileged,
      ],
    ),
    file('grants.csv', 'identity_id entitlement_id granted_at last_used_at', organisation.grants, (row) => [
      row.identityId,
      row.entitlementId,
      row.grantedAt,
      row.lastUsedAt,
    ]),
    file('usage.csv', 'identity_id application_id day', organisation.usage, (row) => [
      row.identityId,
      row.applicationId,
      row.day,
    ]),
  ]
}

function file<Row>(
  fileName: string,
  columns: string,
  rows: Iterable<Row>,
  cells: (row: Row) => readonly Cell[],
): CsvFile {
  return {
    fileName,
    chunks: {
      *[Symbol.iterator]() {
        let chunk = `${columns.replaceAll(' ', ',')}\r\n`
        for (const row of rows) {
          chunk += `${cells(row).map(quoted).join(',')}\r\n`
          if (chunk.length < chunkSize) continue
          yield chunk
          chunk = ''
        }
        if (chunk !== '') yield chunk
      },
    },
  }
}

function quoted(cell: Cell): string {
  const text = String(cell)
  return /[",\r\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
