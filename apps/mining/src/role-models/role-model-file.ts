import {
  DownloadRoleModelRequest_Content as Content,
  type DownloadRoleModelRequest,
  DownloadRoleModelRequest_Format as Format,
} from '@assay/contracts/assay/rolemodel/v1/role_model_outline_pb'
import { aborted, invalidArgument } from '@assay/errors'
import {
  completedRoleModel,
  type DownloadPosition,
  type RoleEntitlementLine,
  type RoleIdentityLine,
  roleEntitlementLines,
  roleIdentityLines,
} from '@assay/role-mining'
import { csvRows } from '@assay/role-sessions'
import type { TenantSql } from '@assay/store'

type Within = <T>(work: (sql: TenantSql) => Promise<T>) => Promise<T>

/** A kind of file: its header, and how its lines are read and written. */
interface RoleFile<Line> {
  readonly head: readonly string[]
  readonly read: (
    sql: TenantSql,
    modelId: string,
    position: DownloadPosition,
  ) => Promise<{ readonly lines: readonly Line[]; readonly next: DownloadPosition | undefined }>
  readonly cells: (line: Line) => string[]
}

const ofEntitlements: RoleFile<RoleEntitlementLine> = {
  head: ['role', 'kept', 'application_id', 'entitlement_id', 'entitlement'],
  read: roleEntitlementLines,
  cells: ({ role, kept, applicationId, entitlementId, displayName }) => [
    String(role),
    String(kept),
    applicationId,
    entitlementId,
    displayName,
  ],
}

const ofIdentities: RoleFile<RoleIdentityLine> = {
  head: ['role', 'kept', 'identity_id', 'identity'],
  read: roleIdentityLines,
  cells: ({ role, kept, identityId, displayName }) => [String(role), String(kept), identityId, displayName],
}

/**
 * The roles of a model as a file, in pieces; no transaction is open while the client reads. It throws `aborted` when the model is revised
 * meanwhile, since the file would mix two models, and `not_found` when it is deleted, since the file would be incomplete.
 */
export async function* roleModelFile({ roleModelId, content, format }: DownloadRoleModelRequest, within: Within) {
  requireKnown('content', content, Content)
  requireKnown('format', format, Format)
  const { id, revision } = await within((sql) => completedRoleModel(sql, roleModelId))
  const ofRevision: Within = (work) =>
    within(async (sql) => {
      const result = await work(sql)
      // The revision is checked last: if it is unchanged, everything read before belongs to it.
      const now = await completedRoleModel(sql, id)
      if (now.revision !== revision) throw revised(id)
      return result
    })
  if (content === Content.IDENTITIES) yield* pieces(ofIdentities, id, format, ofRevision)
  else yield* pieces(ofEntitlements, id, format, ofRevision)
}

function revised(id: string) {
  return aborted(`the role model "${id}" was revised while it was downloaded; download it again`, {
    reason: 'ROLE_MODEL_REVISED',
  })
}

async function* pieces<Line>({ head, read, cells }: RoleFile<Line>, id: string, format: Format, within: Within) {
  const isCsv = format !== Format.NDJSON
  const contentType = isCsv ? 'text/csv' : 'application/x-ndjson'
  if (isCsv) yield { contentType, data: Buffer.from(csvRows([head])) }
  for (let position: DownloadPosition | undefined = { role: 1, from: 0 }; position !== undefined; ) {
    const from: DownloadPosition = position
    const { lines, next } = await within((sql) => read(sql, id, from))
    if (lines.length > 0) {
      const text = isCsv ? csvRows(lines.map(cells)) : lines.map((line) => `${JSON.stringify(line)}\n`).join('')
      yield { contentType, data: Buffer.from(text) }
    }
    position = next
  }
}

/** @throws invalid_argument for an unknown number */
function requireKnown(field: string, value: number, names: Readonly<Record<number, string>>): void {
  if (names[value] === undefined)
    throw invalidArgument(field, `the number ${value} is unknown; see the description of the call`)
}
