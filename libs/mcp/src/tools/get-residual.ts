import { CoverageService } from '@assay/contracts'
import { LayerSchema } from '@assay/contracts/assay/insight/v1/coverage_service_pb'
import { CandidateName_KindSchema } from '@assay/contracts/assay/insight/v1/insight_pb'
import { z } from 'zod'
import { cursorFrom, first } from '../lists.ts'
import { count, id, nextCursor, paging } from '../shapes.ts'
import { defineTool } from '../tool.ts'
import { numberOf, oneOf, wordOf, wordsOf } from '../words.ts'

const { getResidual: sums, listResidualGrants } = CoverageService.method

/** The layers of grants that nothing explains. */
const unexplained = wordsOf(LayerSchema).slice(wordsOf(LayerSchema).indexOf('policy'))

export const getResidual = defineTool({
  name: 'GetResidual',
  title: 'Unexplained access',
  description:
    'Assigns each grant in force to exactly one layer: not mined, common access, accepted profiles, open candidates, and for all other grants the reason why no role has them. Returns the sums, the applications with the most unexplained access, and pages of single grants of the requested layers.',
  needs: [sums, listResidualGrants],
  input: z.strictObject({
    layers: z
      .array(oneOf(LayerSchema))
      .max(11)
      .default([...unexplained]),
    identityId: id.optional(),
    applicationId: id.optional(),
    entitlementId: id.optional(),
    ...paging,
  }),
  output: z.strictObject({
    importId: z.string(),
    grants: count,
    layers: z.array(z.strictObject({ layer: z.string(), grants: count, identities: count })),
    applications: z.array(
      z.strictObject({ applicationId: z.string(), displayName: z.string(), grants: count, residualGrants: count }),
    ),
    toldBy: z.array(z.strictObject({ kind: z.string(), id: z.string(), displayName: z.string(), grants: count })),
    orphanRows: count,
    rows: z.array(
      z.strictObject({
        identityId: z.string(),
        identityName: z.string(),
        applicationId: z.string(),
        entitlementId: z.string(),
        entitlementName: z.string(),
        layer: z.string(),
      }),
    ),
    nextCursor,
  }),
  async run({ layers, identityId = '', applicationId = '', entitlementId = '', limit, cursor }, { calls }) {
    const residual = await calls(sums, {})
    const page = await calls(listResidualGrants, {
      layers: layers.map((word) => numberOf(LayerSchema, word)),
      identityId,
      applicationId,
      entitlementId,
      pageSize: limit,
      pageToken: cursor,
    })
    return {
      importId: residual.importId,
      grants: Number(residual.grants),
      layers: residual.layers.map(({ layer, grants, identities }) => ({
        layer: wordOf(LayerSchema, layer),
        grants: Number(grants),
        identities: Number(identities),
      })),
      applications: first(residual.applications).map((one) => ({
        applicationId: one.applicationId,
        displayName: one.displayName,
        grants: Number(one.grants),
        residualGrants: Number(one.residualGrants),
      })),
      toldBy: first(residual.toldBy).map(({ candidate, grants }) => ({
        kind: wordOf(CandidateName_KindSchema, candidate?.kind ?? 0),
        id: candidate?.id ?? '',
        displayName: candidate?.displayName ?? '',
        grants: Number(grants),
      })),
      orphanRows: Number(residual.orphanRows),
      rows: page.grants.map(({ person, entitlement, layer }) => ({
        identityId: person?.identityId ?? '',
        identityName: person?.displayName ?? '',
        applicationId: entitlement?.applicationId ?? '',
        entitlementId: entitlement?.entitlementId ?? '',
        entitlementName: entitlement?.displayName ?? '',
        layer: wordOf(LayerSchema, layer),
      })),
      ...cursorFrom(page.nextPageToken),
    }
  },
})
