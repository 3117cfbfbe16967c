import { Pull_Outcome as Outcome, PullService } from '@assay/contracts/assay/source/v1/pull_service_pb'
import { SourceService } from '@assay/contracts/assay/source/v1/source_service_pb'
import { UploadService } from '@assay/contracts/assay/source/v1/upload_service_pb'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { answer, unavailable } from '../../stories/answers.ts'
import { hardNames, nameAt } from '../../stories/hard-texts.ts'
import type { Stories } from '../../stories/story.ts'

const path = '/data'
const { listSources } = SourceService.method
const time = timestampFromDate(new Date('2026-11-03T10:42:00Z'))

export const stories: Stories = {
  'several sources, hard names': {
    path,
    ready: '9 sources',
    answers: [
      answer(listSources, {
        sources: [
          { id: 'native', newestLoad: { id: '1', counts: { people: 1, grants: 1n }, commitTime: time } },
          ...Array.from({ length: 8 }, (_, place) => ({
            id: `source-${place}`,
            displayName: nameAt(place, 'Directory'),
            readyMap: place < 2 ? 'scim' : '',
            orphanCount: BigInt(place),
            ...(place > 0 && {
              newestLoad: { id: `${place}`, counts: { people: 100_000, grants: 10_000_000n }, commitTime: time },
            }),
          })),
        ],
      }),
      answer(UploadService.method.listUploads, {
        uploads: [{ id: 'u1', fileName: hardNames[1], sizeBytes: 10n, receivedBytes: 5n }],
      }),
      answer(PullService.method.getPull, {
        address: `https://idp.example.com/${'scim/'.repeat(30)}`,
        nextTime: time,
        endTime: time,
        outcome: Outcome.FAILED,
        message: hardNames[3],
      }),
    ],
  },
  'nothing is loaded': {
    path,
    ready: 'Three ways to begin',
    answers: [answer(listSources, {}), answer(UploadService.method.listUploads, {})],
  },
  'nothing is loaded, for somebody who may not bring data': {
    path,
    ready: 'Nothing is loaded yet.',
    rights: ['read'],
    answers: [answer(listSources, {})],
  },
  'sources cannot be read': { path, ready: 'Try again', answers: [answer(listSources, unavailable)] },
}
