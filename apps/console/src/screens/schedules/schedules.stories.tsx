import { Pull_Outcome as Outcome, PullService } from '@assay/contracts/assay/source/v1/pull_service_pb'
import { SourceService } from '@assay/contracts/assay/source/v1/source_service_pb'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { answer, unavailable } from '../../stories/answers.ts'
import { hardNames, nameAt } from '../../stories/hard-texts.ts'
import type { Stories } from '../../stories/story.ts'

const path = '/settings/schedules'
const time = timestampFromDate(new Date('2026-11-03T10:42:00Z'))

export const stories: Stories = {
  none: {
    path,
    ready: 'No source is read from a server.',
    answers: [answer(SourceService.method.listSources, {})],
  },
  'several, one of which cannot be read, hard names': {
    path,
    ready: 'The last reading failed',
    answers: [
      answer(SourceService.method.listSources, {
        sources: Array.from({ length: 6 }, (_, place) => ({
          id: `idp-${place}`,
          displayName: nameAt(place, 'Identity provider'),
          readyMap: 'scim',
        })),
      }),
      answer(PullService.method.getPull, ({ sourceId }) => ({
        sourceId,
        address: `https://${'identity.'.repeat(12)}example.com/scim/v2`,
        intervalMinutes: 60,
        startTime: time,
        endTime: time,
        nextTime: time,
        ...(sourceId.endsWith('3')
          ? { outcome: Outcome.FAILED, message: hardNames[3] }
          : { outcome: Outcome.LOADED, message: '' }),
      })),
    ],
  },
  'sources cannot be read': {
    path,
    ready: 'Try again',
    answers: [answer(SourceService.method.listSources, unavailable)],
  },
}
