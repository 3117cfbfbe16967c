import { userIdFromRow } from '@assay/auth'
import {
  type Import as ImportMessage,
  ImportSchema,
  Import_State as State,
} from '@assay/contracts/assay/directory/v1/import_pb'
import type { Import } from '@assay/directory'
import { create } from '@bufbuild/protobuf'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'

const states: Readonly<Record<Import['state'], State>> = {
  open: State.OPEN,
  committing: State.COMMITTING,
  committed: State.COMMITTED,
  failed: State.FAILED,
  aborted: State.ABORTED,
}

export function toImportMessage(one: Import): ImportMessage {
  return create(ImportSchema, {
    id: one.id,
    state: states[one.state],
    skipInvalid: one.skipInvalid,
    createdBy: userIdFromRow(one.createdBy),
    createTime: timestampFromDate(one.createdAt),
    ...(one.committedAt && { commitTime: timestampFromDate(one.committedAt) }),
    files: one.files.map(toImportFileMessage),
    ...(one.counts && {
      counts: {
        identities: one.counts.identities,
        applications: one.counts.applications,
        entitlements: one.counts.entitlements,
        grants: one.counts.grants,
        repeatedGrants: one.counts.repeatedGrants,
        usage: one.counts.usageRows,
        accessProfiles: one.counts.accessProfiles,
        memberships: one.counts.memberships ?? 0,
      },
    }),
    mineEffectiveAccess: one.minesEffectiveAccess,
    usageThroughDay: one.usageThrough ?? '',
    errors: one.errors.map((error) => ({ ...error })),
    errorCount: one.errorCount,
    errorMessage: one.errorMessage,
    sameContentAs: one.sameContentAs ?? '',
    ...(one.removal && {
      removal: {
        peopleBefore: BigInt(one.removal.peopleBefore),
        peopleRemoved: BigInt(one.removal.peopleRemoved),
        grantsBefore: BigInt(one.removal.grantsBefore),
        grantsRemoved: BigInt(one.removal.grantsRemoved),
      },
    }),
  })
}

export function toImportFileMessage(file: Import['files'][number]) {
  return { name: file.name, sizeBytes: BigInt(file.sizeBytes), sha256: file.sha256 }
}
