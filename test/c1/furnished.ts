import { type Role, roles } from '@assay/auth'
import { generateOrganisation, type Organisation } from '@assay/sample-org'
import type { JsonObject } from '@bufbuild/protobuf'
import { expect, vi } from 'vitest'
import { settled } from '../platform/furnished.ts'
import { importFiles, joinTestPlatform, type TestPlatform } from '../platform/platform.ts'
import { filesOf } from '../platform/sample.ts'
import { callNamed, type Ids } from './calls.ts'
import { ask, tryCall } from './http.ts'

/** The caller: a client of the tenant `local` with this role, or an administrator of another tenant. */
export type Caller = Role | 'stranger'

/** The platform of the run. The tenant `local` of the test file has one object of each kind that the calls name, and no work is running. */
export interface C1Platform extends TestPlatform {
  readonly organisation: Organisation
  /** The files that were imported. */
  readonly files: Readonly<Record<string, string>>
  readonly tokens: Readonly<Record<Caller, string>>
  readonly ids: Ids
  /** Makes a call as the administrator, and fails when the call fails. */
  ask<T extends JsonObject = JsonObject>(call: string, request?: JsonObject): Promise<T>
}

/** A name with characters that a path has to escape; columns of identities.csv may have any name. */
export const oddAttribute = 'Cost Center/Region 100%'

const organisation = generateOrganisation({ seed: 4, identityCount: 200 })

export async function startC1Platform(): Promise<C1Platform> {
  const platform = await joinTestPlatform()
  try {
    return await furnish(platform)
  } catch (error) {
    await platform.stop()
    throw error
  }
}

async function furnish(platform: TestPlatform): Promise<C1Platform> {
  const { baseUrl } = platform
  const tokens = Object.fromEntries([
    ...(await Promise.all(roles.map(async (role) => [role, await platform.token(role)] as const))),
    ['stranger', await platform.token('admin', 'elsewhere')],
  ]) as Record<Caller, string>
  const askAs = <T extends JsonObject>(call: string, request: JsonObject = {}) =>
    ask<T>(baseUrl, tokens.admin, callNamed(call), request)

  const files = filesOf(organisation)
  files['identities.csv'] = (files['identities.csv'] ?? '').replace('cost_center', oddAttribute)
  await importFiles(baseUrl, tokens.admin, files)
  await settled(platform)

  const { list } = await askAs<{ list: Suggestion[] }>('ListSuggestions', { pageSize: 100 })
  const [first, second, third] = list as [Suggestion, Suggestion, Suggestion]
  const { accessProfileId } = await askAs<{ accessProfileId: string }>('CreateAccessProfileFromCohort', {
    displayName: first.suggestedName,
    profileFilters: first.cohortFilters,
    entitlements: first.entitlements,
    enableAutomation: true,
    suggestionId: first.id,
  })
  await askAs('UpdateSuggestionState', { id: second.id, state: 'SUGGESTION_STATE_DISMISSED' })

  const department = mostCommon(organisation.identities.map((identity) => identity.department))
  const { id: analysis } = await askAs<{ id: string }>('TriggerCustomAnalysis', {
    profileFilters: [{ attribute: 'department', values: [department] }],
  })
  const result = await completed(askAs, analysis)
  const least = result.entitlements.find(({ coverage }) => coverage < 0.8) ?? result.entitlements[0]!
  return {
    ...platform,
    organisation,
    files,
    tokens,
    ask: askAs,
    ids: {
      suggestion: third.id,
      dismissed: second.id,
      accepted: first.id,
      profile: accessProfileId,
      analysis,
      application: least.appId,
      entitlement: least.entitlementId,
      department,
    },
  }
}

interface Entitlement extends JsonObject {
  appId: string
  entitlementId: string
  coverage: number
  grantedCount: number
}

export interface Suggestion extends JsonObject {
  id: string
  suggestedName: string
  suggestionState: string
  confidence: number
  cohortSize: number
  cohortFilters: { attribute: string; values: string[] }[]
  entitlements: Entitlement[]
}

export interface Analysis extends JsonObject {
  id: string
  status: string
  cohortSize: number
  entitlements: Entitlement[]
  cutoffImpactPoints: {
    minimumCoverageBasisPoints: number
    entitlementCount: number
    usersWithAllEntitlements: number
  }[]
}

/** Waits for the result of a custom analysis. */
export function completed(askAs: C1Platform['ask'], id: string): Promise<Analysis> {
  return vi.waitFor(
    async () => {
      const result = await askAs<Analysis>('GetCustomAnalysisResult', { id })
      expect(result.status).not.toBe('RUN_STATUS_RUNNING')
      return result
    },
    { timeout: 300_000, interval: 25 },
  )
}

/** Runs an analysis of the whole organisation and waits for its end. */
export async function analyse(platform: C1Platform): Promise<void> {
  await platform.ask('TriggerAnalysis')
  await settled(platform)
}

/** Sends a call of the tables by its name, as any caller, and returns any response. */
export function attempt(platform: C1Platform, caller: Caller | undefined, call: string, request: JsonObject = {}) {
  return tryCall(platform.baseUrl, caller && platform.tokens[caller], callNamed(call), request)
}

function mostCommon(values: readonly string[]): string {
  const counts = Map.groupBy(values, (value) => value)
  return [...counts].toSorted(([, a], [, b]) => b.length - a.length)[0]?.[0] ?? ''
}
