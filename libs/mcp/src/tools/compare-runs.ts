import { ChangeService } from '@assay/contracts'
import {
  type CandidateState,
  type ComparableRun,
  FateSchema,
  type RunComparison,
} from '@assay/contracts/assay/change/v1/change_service_pb'
import { MiningSettingsSchema } from '@assay/contracts/assay/insight/v1/mining_settings_service_pb'
import { toJson } from '@bufbuild/protobuf'
import { z } from 'zod'
import { cursorFrom, first } from '../lists.ts'
import { count, id, namedEntitlement, nextCursor, paging, share, shownConditions } from '../shapes.ts'
import { defineTool } from '../tool.ts'
import { numberOf, oneOf, timeOf, wordOf } from '../words.ts'

const { compareRuns: compare } = ChangeService.method

const run = z.strictObject({
  runId: z.string(),
  importId: z.string(),
  completeTime: z.string().optional(),
  suggestions: count,
})

const state = z.strictObject({
  candidateId: z.string(),
  displayName: z.string(),
  conditions: shownConditions,
  people: count,
  entitlements: count,
  confidence: share,
})

export const compareRuns = defineTool({
  name: 'CompareRuns',
  title: 'Compare two runs',
  description:
    'Compares the candidates of two runs of the analysis (new, gone, grown, shrunk, changed, renamed, same), with the entitlements that were added and removed and the settings that differ.',
  needs: [compare],
  input: z.strictObject({
    runId: id.default('latest').describe('The later run.'),
    previousRunId: z.string().max(512).default('').describe('The earlier run; empty: the run before.'),
    fates: z.array(oneOf(FateSchema)).max(7).default([]).describe('Empty: all except `same`.'),
    ...paging,
  }),
  output: z.strictObject({
    run: run.optional(),
    previousRun: run.optional(),
    settingDifferences: z.array(z.strictObject({ setting: z.string(), before: z.string(), after: z.string() })),
    counts: z.array(z.strictObject({ fate: z.string(), count })),
    changes: z.array(
      z.strictObject({
        fate: z.string(),
        before: state.optional(),
        after: state.optional(),
        similarity: share,
        entitlementsAdded: z.array(namedEntitlement),
        entitlementsRemoved: z.array(namedEntitlement),
      }),
    ),
    nextCursor,
  }),
  async run({ runId, previousRunId, fates, limit, cursor }, { calls }) {
    const comparison = await calls(compare, {
      runId,
      previousRunId,
      fates: fates.map((word) => numberOf(FateSchema, word)),
      pageSize: limit,
      pageToken: cursor,
    })
    return {
      ...(comparison.run !== undefined && { run: runOf(comparison.run) }),
      ...(comparison.previousRun !== undefined && { previousRun: runOf(comparison.previousRun) }),
      settingDifferences: differingSettings(comparison),
      counts: comparison.counts.map(({ fate, count }) => ({ fate: wordOf(FateSchema, fate), count })),
      changes: comparison.changes.map(({ fate, before, after, similarity, ...change }) => ({
        fate: wordOf(FateSchema, fate),
        ...(before !== undefined && { before: stateOf(before) }),
        ...(after !== undefined && { after: stateOf(after) }),
        similarity,
        entitlementsAdded: first(change.entitlementsAdded).map(nameOf),
        entitlementsRemoved: first(change.entitlementsRemoved).map(nameOf),
      })),
      ...cursorFrom(comparison.nextPageToken),
    }
  },
})

function runOf({ runId, importId, completeTime, suggestionCount }: ComparableRun): z.input<typeof run> {
  const time = timeOf(completeTime)
  return { runId, importId, ...(time !== undefined && { completeTime: time }), suggestions: suggestionCount }
}

function stateOf({ suggestionId, displayName, conditions, ...figures }: CandidateState): z.input<typeof state> {
  return {
    candidateId: suggestionId,
    displayName,
    conditions: conditions.map(({ attribute, values }) => ({ attribute, values: [...first(values)] })),
    people: Number(figures.people),
    entitlements: figures.entitlementCount,
    confidence: figures.confidence,
  }
}

function nameOf({ applicationId, entitlementId, displayName }: z.input<typeof namedEntitlement>) {
  return { applicationId, entitlementId, displayName }
}

/** The settings that differ between both runs, member by member. */
function differingSettings({ run: after, previousRun: before }: RunComparison) {
  if (after?.settings === undefined || before?.settings === undefined) return []
  const members = (settings: NonNullable<ComparableRun['settings']>) =>
    toJson(MiningSettingsSchema, settings, { alwaysEmitImplicit: true }) as Readonly<Record<string, unknown>>
  const [then, now] = [members(before.settings), members(after.settings)]
  return Object.keys(now)
    .filter((name) => name !== 'sentences' && name !== 'etag' && name !== 'preset')
    .map((setting) => ({ setting, before: JSON.stringify(then[setting]), after: JSON.stringify(now[setting]) }))
    .filter(({ before, after }) => before !== after)
}
