import { inForceSince } from '@assay/directory'
import { itemAt } from '@assay/errors'
import { etagOf, getAccessProfile, profileContent } from '@assay/profiles'
import {
  getRoleModelRole,
  getSuggestion,
  type LoadedSnapshot,
  peopleWithin,
  selectEntitlements,
} from '@assay/role-mining'
import { potentialRoleContent } from '@assay/role-sessions'
import type { TenantSql } from '@assay/store'
import type { CandidateProvenance, CandidateSource, SourceContent } from '../candidate.ts'

type SourceOf<Kind extends CandidateSource['kind']> = Extract<CandidateSource, { kind: Kind }>

/** A suggestion's people are those who match its filters now; its entitlements are those of the run that returned it. */
export async function suggestionContent(
  sql: TenantSql,
  { snapshot }: LoadedSnapshot,
  { id }: SourceOf<'suggestion'>,
): Promise<SourceContent> {
  const suggestion = await getSuggestion(sql, id)
  const { cohortFilters, entitlements, importId } = suggestion
  return {
    name: suggestion.suggestedName,
    provenance: {
      ...found('suggestion', suggestion.id, suggestion.runId),
      updatedAt: suggestion.updatedAt,
      ownProfileIds: suggestion.createdProfileId === null ? [] : [suggestion.createdProfileId],
    },
    entitlementKeys: entitlements.map(({ key }) => key),
    members: { ordinals: await peopleWithin(sql, snapshot, [{ filters: cohortFilters }]) },
    says: [cohortFilters, entitlements.map(({ key }) => key)],
    sourceImportId: importId === null ? undefined : String(importId),
    // A version that did not store the import returned it.
    ...(importId === null && { stale: await isBeforeData(sql, suggestion.lastGeneratedAt) }),
  }
}

export async function potentialRole(sql: TenantSql, { id }: SourceOf<'potential_role'>): Promise<SourceContent> {
  const role = await potentialRoleContent(sql, id)
  return {
    name: role.name,
    provenance: {
      ...found('potential_role', role.id, role.sessionId),
      updatedAt: role.modifiedAt,
      ownProfileIds: role.profileId === null ? [] : [role.profileId],
    },
    entitlementKeys: role.entitlementKeys,
    members: { keys: role.identityKeys },
    says: [role.name, role.entitlementKeys, role.identityKeys],
    sourceImportId: role.importId === null ? undefined : String(role.importId),
  }
}

export async function selectionContent(
  sql: TenantSql,
  loaded: LoadedSnapshot,
  source: SourceOf<'selection'>,
  field: string,
): Promise<SourceContent> {
  const { analysis, members, entitlements } = await selectEntitlements(sql, loaded, source, `${field}.`)
  const { entitlementKey } = loaded.snapshot
  return {
    name: `Selection of ${entitlements.length} entitlements`,
    provenance: {
      ...found('selection', analysis.id, analysis.id),
      createdBy: analysis.createdBy,
      updatedAt: analysis.updatedAt,
    },
    entitlementKeys: entitlements.map((ordinal) => itemAt(entitlementKey, ordinal)),
    members: { ordinals: members },
    says: source,
  }
}

export async function modelRole(sql: TenantSql, { modelId, number }: SourceOf<'model_role'>): Promise<SourceContent> {
  const { model, identityKeys, entitlementKeys } = await getRoleModelRole(sql, modelId, number)
  return {
    name: `Role ${number} of the role model ${model.id}`,
    provenance: {
      ...found('model_role', `${model.id}/${number}`, model.id),
      createdBy: model.createdBy,
      updatedAt: model.endedAt ?? model.createdAt,
    },
    entitlementKeys,
    members: { keys: identityKeys },
    // A completed model never changes.
    says: [model.id, number],
    sourceImportId: model.importId === '' ? undefined : model.importId,
  }
}

export async function profileSource(sql: TenantSql, { id }: SourceOf<'profile'>): Promise<SourceContent> {
  const profile = await getAccessProfile(sql, id)
  const { entitlementKeys, memberKeys } = await profileContent(sql, profile.id)
  return {
    name: profile.displayName,
    provenance: {
      kind: 'profile',
      id: profile.id,
      createdBy: profile.createdBy,
      foundBy: '',
      updatedAt: profile.updatedAt,
      ownProfileIds: [profile.id],
    },
    entitlementKeys,
    members: { keys: memberKeys },
    // Members that its rule adds depend on the data, and do not change the etag.
    says: etagOf(profile),
  }
}

function found(kind: CandidateSource['kind'], id: string, foundBy: string): CandidateProvenance {
  return { kind, id, createdBy: '', foundBy, updatedAt: undefined, ownProfileIds: [] }
}

async function isBeforeData(sql: TenantSql, time: Date): Promise<boolean> {
  const [row] = await sql<{ since: Date | null }[]>`select ${inForceSince(sql)} as since`
  return row?.since != null && time < row.since
}
