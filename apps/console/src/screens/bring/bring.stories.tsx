import { Load_State as State } from '@assay/contracts/assay/source/v1/source_pb'
import { SourceService } from '@assay/contracts/assay/source/v1/source_service_pb'
import { PreviewedRecords_Kind as Kind, UploadService } from '@assay/contracts/assay/source/v1/upload_service_pb'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { answer, unavailable } from '../../stories/answers.ts'
import { hardNames, nameAt } from '../../stories/hard-texts.ts'
import type { Stories } from '../../stories/story.ts'

const path = '/data/bring'
const { getLoad, listSourceMaps, listSources } = SourceService.method
const { listReadyMaps, listUploads, previewMap } = UploadService.method
const createTime = timestampFromDate(new Date('2026-11-03T10:42:00Z'))
const uploads = answer(listUploads, {
  uploads: [
    { id: 'u0', fileName: 'hr-march.xlsx', sizeBytes: 2_000_000n, receivedBytes: 2_000_000n, createTime },
    { id: 'u1', fileName: `${hardNames[1]}.csv`, sizeBytes: 9_000_000n, receivedBytes: 4_000_000n, createTime },
    { id: 'u2', fileName: hardNames[3], sizeBytes: 12n, receivedBytes: 12n, createTime },
  ],
})
const sources = answer(listSources, {
  sources: [{ id: 'hr', newestLoad: { id: '1', counts: { people: 1, grants: 1n } } }],
})
const faults = Array.from({ length: 12 }, (_, place) => ({
  file: nameAt(place, 'hr.csv'),
  at: `row ${place + 1}`,
  column: nameAt(place, 'Email'),
  reason: place < 8 ? 'names a person who is not in the file' : nameAt(place, 'is not a date'),
}))
const columns = Array.from({ length: 14 }, (_, place) => ({
  name: nameAt(place, 'Column'),
  values: [nameAt(place, 'value'), 'b', 'c'],
  filledCount: place,
}))
const preview = {
  parts: [
    {
      name: 'hr-march.xlsx, sheet Staff',
      look: 'Excel',
      map: 'hr',
      inputs: ['people'],
      columns,
      columnCount: 14,
      rowCount: 2_003,
    },
    {
      name: hardNames[3],
      look: 'CSV with semicolons',
      columns,
      columnCount: 1,
      nearest: [{ map: 'okta', missing: ['status'] }],
      rowCount: 1,
    },
  ],
  others: [{ name: hardNames[1], look: 'a picture (PNG)' }],
  records: [
    {
      kind: Kind.PEOPLE,
      count: 1_998n,
      columns: ['id', 'display_name', 'email', 'department', 'manager_id'],
      rows: Array.from({ length: 10 }, (_, place) => ({
        cells: [`${place}`, nameAt(place, 'Ada'), 'ada@acme.example', 'Sales', ''],
      })),
    },
  ],
  faults,
  faultCount: 1_204,
  mapContent: 'name: hr\npeople:\n  id: $Column 1\n',
  partial: true,
}
const counts = { people: 160, accounts: 1, applications: 2, entitlements: 900, grants: 40_000n }
const load = (state: State, more: object = {}) => answer(getLoad, { id: '7', sourceId: 'hr', state, counts, ...more })
const ofLoad = `${path}?source=hr&load=7`

export const stories: Stories = {
  'no files': {
    path,
    ready: 'No file is here yet.',
    answers: [answer(listUploads, {}), sources, answer(listReadyMaps, {})],
  },
  'files, one not whole and one that no map reads, hard names': {
    path: `${path}?source=hr`,
    ready: 'What becomes of the first rows',
    answers: [uploads, sources, answer(listSourceMaps, {}), answer(listReadyMaps, {}), answer(previewMap, preview)],
  },
  'a map with a fault': {
    path: `${path}?source=hr`,
    ready: 'Line 3',
    answers: [
      uploads,
      sources,
      answer(listSourceMaps, {}),
      answer(listReadyMaps, {}),
      answer(previewMap, { ...preview, records: [], mapFault: { line: 3, message: hardNames[0] } }),
    ],
  },
  'uploads cannot be read': {
    path,
    ready: 'Try again',
    answers: [answer(listUploads, unavailable), sources],
  },
  'a load that is being read': { path: ofLoad, ready: 'All rows are read', answers: [load(State.READING), sources] },
  'a load that would remove many, with faults': {
    path: ofLoad,
    ready: 'This load removes',
    answers: [
      load(State.AWAITING_CONFIRMATION, {
        faults,
        faultCount: 1_204,
        report: [hardNames[0], '12 rows were left out'],
        removals: { people: { before: 2_000n, removed: 1_840n }, grants: { before: 10n, removed: 4n } },
      }),
      sources,
    ],
  },
  'a load that was refused': {
    path: ofLoad,
    ready: 'it was refused',
    answers: [load(State.FAILED, { errorMessage: hardNames[0], faults, faultCount: 12 }), sources],
  },
  'a load in force': {
    path: ofLoad,
    ready: 'it is in force',
    answers: [load(State.COMMITTED, { importId: '9', report: ['12 rows were left out'] }), sources],
  },
  'for somebody who may not bring data': { path, ready: 'Your role looks at the data', rights: ['read'] },
}
