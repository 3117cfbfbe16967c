import { MatrixService } from '@assay/contracts/assay/matrix/v1/matrix_service_pb'
import { Code, ConnectError } from '@connectrpc/connect'
import { type Answer, answer, unavailable } from '../../stories/answers.ts'
import { hardNames, nameAt } from '../../stories/hard-texts.ts'
import type { Stories } from '../../stories/story.ts'
import { writeWho } from '../explore/search.ts'

const { describeMatrix, getMatrixOverview, getMatrixWindow } = MatrixService.method
const who = encodeURIComponent(writeWho([{ attribute: 'manager', values: ['i42', 'i43'] }]))

/** Every third cell of a row is assigned, each row one further; every eleventh byte also has cells that only groups give. */
function bitsOf(rowStart: number, rowStep: number, rowCount: number, rowBytes: number, isByGroup: boolean): Uint8Array {
  const patterns = [0b01001001, 0b10010010, 0b00100100]
  return Uint8Array.from({ length: rowCount * rowBytes }, (_, at) => {
    const row = rowStart + Math.floor(at / rowBytes) * rowStep
    const byte = at % rowBytes
    if (isByGroup) return (row + byte) % 11 === 0 ? 0b00000100 : 0
    return patterns[(row + byte) % 3] ?? 0
  })
}

/** A matrix of any size with a role for every tenth of its rows and columns. */
function matrixOf(rowCount: number, columnCount: number): readonly Answer[] {
  const roles = Math.min(10, rowCount, columnCount)
  const step = (count: number) => Math.max(1, Math.ceil(count / 200))
  const [rowsPerTile, columnsPerTile] = [step(rowCount), step(columnCount)]
  const [tileRowCount, tileColumnCount] = [Math.ceil(rowCount / rowsPerTile), Math.ceil(columnCount / columnsPerTile)]
  const tiles = Array.from(
    { length: tileRowCount * tileColumnCount },
    (_, tile) => tile % (rowsPerTile * columnsPerTile),
  )
  return [
    answer(describeMatrix, {
      version: '1',
      rowCount,
      columnCount,
      cells: { assigned: BigInt(Math.floor((rowCount * columnCount) / 3)) },
      roleCount: roles,
      blocks: Array.from({ length: roles }, (_, place) => {
        const people = Math.max(1, Math.floor(rowCount / roles))
        const entitlements = Math.max(1, Math.floor(columnCount / roles))
        return {
          letter: String.fromCharCode(65 + place),
          displayName: nameAt(place, 'Accountants'),
          rowStart: Math.floor((place * rowCount) / roles),
          rowCount: people,
          columnStart: Math.floor((place * columnCount) / roles),
          columnCount: entitlements,
          peopleCount: people,
          entitlementCount: entitlements,
          assignedCount: BigInt(Math.floor((people * entitlements) / 3)),
        }
      }),
    }),
    answer(getMatrixOverview, { rowsPerTile, columnsPerTile, tileRowCount, tileColumnCount, assigned: tiles }),
    answer(getMatrixWindow, ({ rowStart, rowCount: rows, rowStep, columnStart, columnCount: columns }) => {
      const rowBytes = Math.ceil(columns / 8)
      return {
        rowStart,
        rowCount: rows,
        rowStep,
        columnStart,
        columnCount: columns,
        rowBytes,
        assigned: bitsOf(rowStart, rowStep, rows, rowBytes, false),
        byGroup: bitsOf(rowStart, rowStep, rows, rowBytes, true),
        modelled: bitsOf(rowStart + 1, rowStep, rows, rowBytes, false),
        people: Array.from({ length: rows }, (_, row) => ({
          identityId: `i${rowStart + row * rowStep}`,
          displayName: nameAt(rowStart + row * rowStep, 'Ada Lovelace'),
        })),
        entitlements: Array.from({ length: columns }, (_, column) => ({
          applicationId: 'ledger',
          applicationDisplayName: 'Ledger',
          entitlementId: `e${columnStart + column}`,
          displayName: nameAt(columnStart + column, 'Read the ledger'),
        })),
      }
    }),
  ]
}

export const stories: Stories = {
  'one row': { path: '/matrix', ready: '1 person by 40 entitlements', answers: matrixOf(1, 40) },
  'a million rows, single cells with names': {
    path: '/matrix?zoom=4&show=difference',
    ready: '1,000,000 people by 500',
    answers: matrixOf(1_000_000, 500),
  },
  'nobody, below managers who are named': {
    path: `/matrix?who=${who}`,
    ready: 'Nobody matches, so there is no matrix.',
    answers: [
      answer(describeMatrix, {
        version: '1',
        valueNames: ['i42', 'i43'].map((value, place) => ({
          attribute: 'manager',
          value,
          displayName: hardNames[place * 3] ?? '',
        })),
      }),
    ],
  },
  'people who hold nothing': {
    path: '/matrix',
    ready: '100,000 people hold nothing, so there is no matrix.',
    answers: [answer(describeMatrix, { version: '1', rowCount: 100_000 })],
  },
  'nothing is loaded': {
    path: '/matrix',
    ready: 'there are no access data yet',
    answers: [answer(describeMatrix, new ConnectError('there are no access data yet', Code.FailedPrecondition))],
  },
  'a call that fails': {
    path: '/matrix',
    ready: 'The service is away',
    answers: [answer(describeMatrix, unavailable)],
  },
}
