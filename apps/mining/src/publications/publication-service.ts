import type { PublicationService } from '@assay/contracts/assay/publication/v1/publication_service_pb'
import {
  createPublication,
  listPublications,
  namesOfMoved,
  type PublicationPosition,
  previewPublication,
  publicationFiles,
} from '@assay/publications'
import { participantsOf } from '@assay/reviews'
import { CallPlaces, principalOf } from '@assay/server'
import { targets } from '@assay/targets'
import type { ServiceImpl } from '@connectrpc/connect'
import { Pages } from '../paging.ts'
import { asCaller, type ServiceContext } from '../service-context.ts'
import { shownKeys, toDifferenceMessage, toPublicationMessage, toTargetMessage } from './convert-publication.ts'
import { makeArchive } from './publication-archive.ts'

/** Profiles, members and earlier publications are read from the same state of the data. */
const oneState = { isolation: 'repeatable read' } as const

/** Publications of access profiles to other systems. */
export function publicationService(service: ServiceContext): ServiceImpl<typeof PublicationService> {
  // A download holds all members of its profiles in memory while its files are made.
  const downloads = new CallPlaces({ noun: 'downloads of publications', process: 2, tenant: 1, waiting: 20 })
  // A comparison reads all members of its profiles, and holds a connection meanwhile.
  const comparisons = new CallPlaces({ noun: 'comparisons of publications', process: 2, tenant: 1, waiting: 100 })
  const comparing: typeof asCaller = (of, context, work) =>
    comparisons.run(principalOf(context).tenantId, context.signal, () => asCaller(of, context, work, oneState))
  return {
    listTargets: () => ({ targets: targets.map(toTargetMessage) }),

    previewPublication: (request, context) =>
      comparing(service, context, async (sql, { tenantId }) => {
        const { targetId, accessProfileIds, source } = request
        const { differences, contentHash, notices } = await previewPublication(sql, {
          targetId,
          profileIds: accessProfileIds,
          source,
          wantsNotices: request.pageToken === '',
        })
        const differing = differences.filter(({ kind }) => kind !== 'same')
        const query = ['publication preview', tenantId, targetId, accessProfileIds, contentHash]
        const pages = new Pages<readonly [number]>(service.pageTokens, query, request)
        const from = pages.after?.[0] ?? 0
        const shown = differing.slice(from, from + pages.size)
        const { entitlements, members } = shownKeys(shown)
        const names = await namesOfMoved(sql, entitlements, members)
        const count = (kind: string) => differing.filter((one) => one.kind === kind).length
        const removedCount = count('removed')
        const end = from + shown.length
        return {
          profileCount: differences.length - removedCount,
          addedCount: count('added'),
          changedCount: count('changed'),
          removedCount,
          differences: shown.map((difference) => toDifferenceMessage(difference, names)),
          contentHash,
          notices: [...notices],
          nextPageToken: pages.next(end < differing.length ? [end] : undefined),
        }
      }),

    createPublication: ({ targetId, accessProfileIds, contentHash }, context) =>
      comparing(service, context, async (sql, { tenantId, identityId }) => {
        const publication = await createPublication(sql, tenantId, {
          targetId,
          profileIds: accessProfileIds,
          expectedHash: contentHash,
          publishedBy: identityId,
        })
        const names = await participantsOf(sql, [publication.publishedBy])
        return toPublicationMessage(publication, (id) => names(id).displayName)
      }),

    listPublications: (request, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        const { targetId, accessProfileId: profileId } = request
        const query = ['publications', tenantId, targetId, profileId]
        const pages = new Pages<PublicationPosition>(service.pageTokens, query, request)
        const { publications, last } = await listPublications(sql, { targetId, profileId }, pages)
        const names = await participantsOf(
          sql,
          publications.map(({ publishedBy }) => publishedBy),
        )
        return {
          publications: publications.map((one) => toPublicationMessage(one, (id) => names(id).displayName)),
          nextPageToken: pages.next(last),
        }
      }),

    downloadPublication: async function* ({ publicationId, source }, context) {
      const { tenantId } = principalOf(context)
      const { archive, targetId } = await downloads.run(tenantId, context.signal, async () => {
        const files = await asCaller(service, context, (sql) => publicationFiles(sql, publicationId, source), oneState)
        const { targetId } = files.publication
        return { archive: await makeArchive(files, service.temporaryDirectory, context.signal), targetId }
      })
      try {
        context.responseHeader.set('content-disposition', `attachment; filename="access-profiles-${targetId}.zip"`)
        for await (const data of archive.read()) yield { contentType: 'application/zip', data }
      } finally {
        await archive.end()
      }
    },
  }
}
