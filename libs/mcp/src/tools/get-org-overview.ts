import { CoverageService, InboxService, ReadinessService } from '@assay/contracts'
import { InboxKindSchema, InboxStateSchema } from '@assay/contracts/assay/candidate/v1/inbox_service_pb'
import { LayerSchema } from '@assay/contracts/assay/insight/v1/coverage_service_pb'
import { AttributeVerdictSchema } from '@assay/contracts/assay/insight/v1/insight_pb'
import { FindingKindSchema, Readiness_StateSchema } from '@assay/contracts/assay/insight/v1/readiness_service_pb'
import { z } from 'zod'
import { first } from '../lists.ts'
import { count, share } from '../shapes.ts'
import { defineTool } from '../tool.ts'
import { wordOf } from '../words.ts'

const { getReadiness } = ReadinessService.method
const { listInboxCandidates } = InboxService.method
const { getResidual } = CoverageService.method

const countOf = (name: string) => z.strictObject({ [name]: z.string(), count })

export const getOrgOverview = defineTool({
  name: 'GetOrgOverview',
  title: 'Overview of the organisation',
  description:
    'Begin here. Shows how many people, entitlements and grants there are, how good the access data are (attributes and findings), how many candidates for roles are open, accepted and dismissed, and how many grants each layer of access explains (grants without an explanation are in the layers after `open`).',
  needs: [getReadiness, listInboxCandidates, getResidual],
  input: z.strictObject({}),
  output: z.strictObject({
    importId: z.string().describe('The access data in force.'),
    readiness: z.string().describe('measuring, measured or failed; there are figures when it is measured'),
    people: count,
    enabledPeople: count,
    entitlements: count,
    usageThroughDay: z.string().optional(),
    reachableShare: share
      .optional()
      .describe('The largest share of the grants that cohorts or common access could explain.'),
    attributes: z.array(
      z.strictObject({
        attribute: z.string(),
        verdict: z.string().describe('used, beyond_limit, ignored, empty, nearly_constant or nearly_unique'),
        filledPercent: z.number(),
        values: count,
      }),
    ),
    findings: z.array(z.strictObject({ kind: z.string(), count })),
    candidatesByState: z.array(countOf('state')),
    candidatesByKind: z.array(countOf('kind')),
    grants: count,
    grantsByLayer: z.array(z.strictObject({ layer: z.string(), grants: count, identities: count })),
    orphanRows: count,
  }),
  async run(_, { calls }) {
    const readiness = await calls(getReadiness, {})
    const inbox = await calls(listInboxCandidates, { pageSize: 1 })
    const residual = await calls(getResidual, {})
    return {
      importId: residual.importId,
      readiness: wordOf(Readiness_StateSchema, readiness.state),
      people: Number(readiness.people),
      enabledPeople: Number(readiness.enabledPeople),
      entitlements: Number(readiness.entitlements),
      ...(readiness.usageThroughDay !== '' && { usageThroughDay: readiness.usageThroughDay }),
      ...(readiness.reach !== undefined && { reachableShare: readiness.reach.share }),
      attributes: first(readiness.attributes).map(({ attribute, verdict, filledPercent, values }) => ({
        attribute,
        verdict: wordOf(AttributeVerdictSchema, verdict),
        filledPercent,
        values: Number(values),
      })),
      findings: first(readiness.findings).map(({ kind, count }) => ({
        kind: wordOf(FindingKindSchema, kind),
        count: Number(count),
      })),
      candidatesByState: inbox.stateCounts.map(({ state, count }) => ({
        state: wordOf(InboxStateSchema, state),
        count,
      })),
      candidatesByKind: inbox.kindCounts.map(({ kind, count }) => ({ kind: wordOf(InboxKindSchema, kind), count })),
      grants: Number(residual.grants),
      grantsByLayer: residual.layers.map(({ layer, grants, identities }) => ({
        layer: wordOf(LayerSchema, layer),
        grants: Number(grants),
        identities: Number(identities),
      })),
      orphanRows: Number(residual.orphanRows),
    }
  },
})
