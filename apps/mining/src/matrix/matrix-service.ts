import type { MatrixService, MatrixView as ViewMessage } from '@assay/contracts/assay/matrix/v1/matrix_service_pb'
import {
  cellsOfWindow,
  checkText,
  columnsOf,
  entitlementsOfColumns,
  findInMatrix,
  type MatrixTools,
  orderedMatrix,
  peopleOfRows,
  requireModelled,
  rowsOf,
  windowWithin,
} from '@assay/role-mining'
import { savedRoles } from '@assay/role-sessions'
import { principalOf } from '@assay/server'
import type { HandlerContext, ServiceImpl } from '@connectrpc/connect'
import { fromCandidateMessage } from '../candidates/convert-candidate.ts'
import { onCandidates } from '../candidates/with-caller.ts'
import { asCaller, namesInConditions, type ServiceContext } from '../service-context.ts'
import {
  fromModeMessage,
  fromViewMessage,
  toDescriptionMessage,
  toEntitlementMessage,
  toPersonMessage,
} from './convert-matrix.ts'

interface Asked {
  readonly view?: ViewMessage | undefined
  readonly version?: string
}

/** Matrices of people by entitlements, ordered so that roles appear as blocks. */
export function matrixService(service: ServiceContext): ServiceImpl<typeof MatrixService> {
  const matrixOf = ({ view, version = '' }: Asked, context: HandlerContext) =>
    orderedMatrix(toolsOf(service, view, context), fromViewMessage(view), version)
  return {
    describeMatrix: async (request, context) => {
      const { loaded, matrix } = await matrixOf(request, context)
      const names = await namesInConditions(service, context, request.view?.conditions ?? [])
      return toDescriptionMessage(loaded.importId, matrix, names)
    },

    getMatrixOverview: async (request, context) => {
      const mode = fromModeMessage(request.mode)
      const { matrix } = await matrixOf(request, context)
      requireModelled(matrix, mode)
      const { tiles } = matrix.order
      return {
        rowsPerTile: tiles.rowsPerTile,
        columnsPerTile: tiles.columnsPerTile,
        tileRowCount: tiles.rowTiles,
        tileColumnCount: tiles.columnTiles,
        ...(mode !== 'as_modelled' && { assigned: Array.from(tiles.assigned), byGroup: Array.from(tiles.byGroup) }),
        ...(mode === 'as_modelled' && { modelled: Array.from(tiles.modelled) }),
        ...(mode === 'difference' && { gains: Array.from(tiles.gains), losses: Array.from(tiles.losses) }),
      }
    },

    getMatrixWindow: async (request, context) => {
      const mode = fromModeMessage(request.mode)
      const { loaded, matrix } = await matrixOf(request, context)
      requireModelled(matrix, mode)
      const window = windowWithin(matrix, request)
      const { rowBytes, assigned, byGroup, modelled } = await cellsOfWindow(loaded, matrix, window, context.signal)
      const names = request.omitNames
        ? { people: [], entitlements: [] }
        : await asCaller(service, context, async (sql) => ({
            people: await peopleOfRows(sql, loaded, matrix, rowsOf(window)),
            entitlements: await entitlementsOfColumns(sql, loaded, matrix, columnsOf(window)),
          }))
      return {
        ...window,
        rowBytes,
        ...(mode !== 'as_modelled' && { assigned: bytesOf(assigned), byGroup: bytesOf(byGroup) }),
        ...(mode !== 'as_is' && { modelled: bytesOf(modelled) }),
        people: names.people.map(toPersonMessage),
        entitlements: names.entitlements.map(toEntitlementMessage),
      }
    },

    findInMatrix: async (request, context) => {
      const text = checkText(request.text)
      const { loaded, matrix } = await matrixOf(request, context)
      return asCaller(service, context, async (sql) => {
        const { rows, columns } = await findInMatrix(sql, loaded, matrix, text)
        const people = await peopleOfRows(sql, loaded, matrix, rows)
        const entitlements = await entitlementsOfColumns(sql, loaded, matrix, columns)
        return {
          rows: rows.map((row, at) => ({ row, person: people[at] && toPersonMessage(people[at]) })),
          columns: columns.map((column, at) => ({ column, entitlement: toEntitlementMessage(entitlements[at]) })),
        }
      })
    },
  }
}

function toolsOf(service: ServiceContext, view: ViewMessage | undefined, context: HandlerContext): MatrixTools {
  const { tenantId, readerScope } = principalOf(context)
  return {
    tenantId,
    readerScope,
    questions: service.questions,
    orders: service.matrices,
    savedRoles,
    signal: context.signal,
    within: (work) =>
      onCandidates(service, context, ({ sql, loaded, resolve }) =>
        // Before the first import, candidates have an empty snapshot; matrices need `undefined` instead.
        work(sql, loaded.importId === '' ? undefined : loaded, () =>
          resolve(fromCandidateMessage(view?.candidate, 'candidate'), 'candidate'),
        ),
      ),
  }
}

function bytesOf(bits: Uint8Array): Uint8Array<ArrayBuffer> {
  return bits as Uint8Array<ArrayBuffer>
}
