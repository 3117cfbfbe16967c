import { userIdFromRow } from '@assay/auth'
import { type ChangeSet as ChangeSetMessage, ChangeSetSchema } from '@assay/contracts/assay/source/v1/change_pb'
import {
  type Account as AccountMessage,
  AccountSchema,
  type Correlation as CorrelationMessage,
  CorrelationRule,
  CorrelationSchema,
  Load_Kind as LoadKind,
  type Load as LoadMessage,
  LoadSchema,
  Load_State as LoadState,
  type Orphan as OrphanMessage,
  OrphanSchema,
  Orphan_Reason as Reason,
  type SourceMap as SourceMapMessage,
  SourceMapSchema,
  type Source as SourceMessage,
  SourceSchema,
} from '@assay/contracts/assay/source/v1/source_pb'
import type {
  Account,
  ChangeSet,
  Correlation,
  CorrelationPreview,
  Load,
  LoadFile,
  Orphan,
  Source,
  SourceMap,
} from '@assay/source-loads'
import { create } from '@bufbuild/protobuf'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'

const states: Readonly<Record<Load['state'], LoadState>> = {
  open: LoadState.OPEN,
  reading: LoadState.READING,
  staged: LoadState.STAGED,
  awaiting_confirmation: LoadState.AWAITING_CONFIRMATION,
  committed: LoadState.COMMITTED,
  failed: LoadState.FAILED,
  aborted: LoadState.ABORTED,
}

const reasons: Readonly<Record<Orphan['reason'], Reason>> = {
  none: Reason.NONE,
  ambiguous: Reason.AMBIGUOUS,
  conflict: Reason.CONFLICT,
}

export function toSourceMessage(source: Source): SourceMessage {
  return create(SourceSchema, {
    id: source.name,
    displayName: source.displayName,
    order: source.order,
    accountsOnly: !source.definesPeople,
    readyMap: source.readyMap,
    mapVersion: source.mapVersion,
    ...(source.newestLoad && { newestLoad: toLoadMessage(source.newestLoad) }),
    createdBy: userIdFromRow(source.createdBy),
    createTime: timestampFromDate(source.createdAt),
    linkedAccountCount: BigInt(source.linkedAccounts),
    orphanCount: BigInt(source.orphans),
    changesSinceWholeLoad: source.changesSinceWhole,
  })
}

export function toSourceMapMessage({ version, content, name, createdBy, createdAt }: SourceMap): SourceMapMessage {
  return create(SourceMapSchema, {
    version,
    content,
    name,
    createdBy: userIdFromRow(createdBy),
    createTime: timestampFromDate(createdAt),
  })
}

/** How files are read, from the members of a request that are set. */
export function readingOf({
  encoding,
  delimiter,
  split,
}: {
  readonly encoding: string
  readonly delimiter: string
  readonly split: string
}): { readonly encoding?: string; readonly delimiter?: string; readonly split?: string } {
  return {
    ...(encoding !== '' && { encoding }),
    ...(delimiter !== '' && { delimiter }),
    ...(split !== '' && { split: split === 'none' ? '' : split }),
  }
}

/** An unspecified kind is whole. */
export function loadKindOf(kind: LoadKind): Load['kind'] {
  return kind === LoadKind.CHANGES ? 'changes' : 'whole'
}

export function toChangeSetMessage(set: ChangeSet): ChangeSetMessage {
  return create(ChangeSetSchema, {
    requestId: set.requestId,
    sourceId: set.source,
    baseLoadId: set.baseLoadId ?? '',
    loadId: set.loadId,
    changeCount: set.changeCount,
    createTime: timestampFromDate(set.createdAt),
  })
}

export function toLoadMessage(load: Load): LoadMessage {
  const { counts, changes, removals } = load
  return create(LoadSchema, {
    id: load.id,
    sourceId: load.source,
    kind: load.kind === 'whole' ? LoadKind.WHOLE : LoadKind.CHANGES,
    baseLoadId: load.baseLoadId ?? '',
    ...(changes && {
      changes: {
        changeSets: changes.changeSets,
        upserts: BigInt(changes.upserts),
        deletions: BigInt(changes.deletions),
        absentDeletions: BigInt(changes.absentDeletions),
        endedRecords: BigInt(changes.endedRecords),
      },
    }),
    state: states[load.state],
    skipInvalid: load.skipInvalid,
    createdBy: userIdFromRow(load.createdBy),
    createTime: timestampFromDate(load.createdAt),
    ...(load.committedAt && { commitTime: timestampFromDate(load.committedAt) }),
    files: load.files.map(toLoadFileMessage),
    ...(counts && {
      counts: {
        people: counts.people,
        accounts: counts.accounts,
        applications: counts.applications,
        entitlements: counts.entitlements,
        grants: BigInt(counts.grants),
        usage: BigInt(counts.usageRows),
      },
    }),
    report: [...load.report],
    faults: load.faults.map(({ file, at, column, reason }) => ({
      file,
      at: at === 0 ? '' : String(at),
      column,
      reason,
    })),
    faultCount: load.faultCount,
    errorMessage: load.errorMessage,
    mapVersion: load.mapVersion ?? 0,
    importId: load.importId ?? '',
    ...(removals && {
      removals: {
        people: toRemoval(removals.people),
        grants: toRemoval(removals.grants),
        links: toRemoval(removals.links),
      },
    }),
    confirmedBy: load.confirmedBy === undefined ? '' : userIdFromRow(load.confirmedBy),
    changedNothing: load.changedNothing,
  })
}

function toRemoval({ before, removed }: NonNullable<Load['removals']>['people']) {
  return { before: BigInt(before), removed: BigInt(removed) }
}

export function toLoadFileMessage({ name, sizeBytes, sha256 }: LoadFile) {
  return { name, sizeBytes: BigInt(sizeBytes), sha256 }
}

/** The rule of an orphan is empty. */
const rules: Readonly<Record<string, CorrelationRule>> = {
  link: CorrelationRule.LINK,
  map: CorrelationRule.MAP,
  email: CorrelationRule.EMAIL,
  username: CorrelationRule.USERNAME,
  id: CorrelationRule.ID,
  service: CorrelationRule.SERVICE,
  self: CorrelationRule.SELF,
}

export function toAccountMessage(account: Account): AccountMessage {
  return create(AccountSchema, {
    sourceId: account.source,
    applicationId: account.application,
    id: account.id,
    displayName: account.displayName,
    email: account.email,
    identityId: account.identityId ?? '',
    rule: rules[account.rule] ?? CorrelationRule.UNSPECIFIED,
  })
}

export function toOrphanMessage(orphan: Orphan): OrphanMessage {
  return create(OrphanSchema, {
    sourceId: orphan.source,
    applicationId: orphan.application,
    value: orphan.value,
    reason: reasons[orphan.reason],
    candidateIds: [...orphan.candidateIds],
    rowCount: BigInt(orphan.rowCount),
    place: orphan.place,
  })
}

export function toCorrelationMessage({ source, accounts, linked, orphans }: Correlation): CorrelationMessage {
  return create(CorrelationSchema, {
    sourceId: source,
    accountCount: BigInt(accounts),
    linked: linked.map((by) => ({ rule: rules[by.rule] ?? CorrelationRule.UNSPECIFIED, count: BigInt(by.accounts) })),
    unmatchedCount: BigInt(orphans.none),
    ambiguousCount: BigInt(orphans.ambiguous),
    conflictCount: BigInt(orphans.conflict),
  })
}

export function toCorrelationPreview({ correlations, changedCount, changes }: CorrelationPreview) {
  return {
    previewed: correlations.map(toCorrelationMessage),
    changedCount: BigInt(changedCount),
    changes: changes.map(({ source, application, account, before, after, rule }) => ({
      sourceId: source,
      applicationId: application,
      accountId: account,
      identityIdBefore: before ?? '',
      identityIdAfter: after ?? '',
      rule: rules[rule] ?? CorrelationRule.UNSPECIFIED,
    })),
  }
}
